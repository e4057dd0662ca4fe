import type { StatusDocument } from "./status.js";

/** One attempt's end: the document, or in words why there is none. */
export type Fetched = { readonly status: StatusDocument } | { readonly trouble: string };

const TIMEOUT_MS = 5_000;

/** Asks for the status once. The address is relative, so that the page also works behind a proxy's path. */
export async function fetchStatus(): Promise<Fetched> {
  try {
    const response = await fetch("status", { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === 401 || response.status === 403) return { trouble: "this browser may not read it" };
    if (!response.ok) return { trouble: `it answered ${response.status}` };
    return read(await response.json());
  } catch (error) {
    return { trouble: error instanceof SyntaxError ? "its answer cannot be read" : "it cannot be reached" };
  }
}

function read(body: StatusDocument): Fetched {
  return body.version === 1 ? { status: body } : { trouble: "it speaks another version; reload this page" };
}
