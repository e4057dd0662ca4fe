/** The token of this tab: gone with it, and never sent but as a header to the page's own service. */
export interface TokenStore {
  get(): string | null;
  set(token: string | null): void;
}

const KEY = "caretaker-token";

/** Keeps the token in the tab's session storage, or only in memory where the browser has none to give. */
export function createTokenStore(storage: () => Storage): TokenStore {
  let held: string | null = attempt(() => storage().getItem(KEY)) ?? null;
  return {
    get: () => held,
    set: (token) => {
      held = token;
      attempt(() => (token === null ? storage().removeItem(KEY) : storage().setItem(KEY, token)));
    },
  };
}

function attempt<T>(deed: () => T): T | undefined {
  try {
    return deed();
  } catch {
    // A browser that keeps nothing for this page: the token then lasts as long as the page.
    return undefined;
  }
}
