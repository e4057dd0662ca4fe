import type { Acts } from "./page.js";

/** Asks for the token that reading needs. */
export function Unlock({ acts, trouble }: { acts: Acts | null; trouble: string | null }) {
  return (
    <form
      class="panel unlock"
      onSubmit={(event) => {
        event.preventDefault();
        acts?.unlock(String(new FormData(event.currentTarget).get("token") ?? ""));
      }}
    >
      <h2>Reading needs a token</h2>
      <p>
        This API shows its status to whoever holds <code>STATUS_TOKEN</code> or <code>ADMIN_TOKEN</code>. If neither is
        set, set one: beyond loopback nothing is shown without.
      </p>
      <label>
        Token
        <input name="token" type="password" required autocomplete="off" />
      </label>
      {trouble !== null && (
        <p class="problem" role="alert">
          {trouble}
        </p>
      )}
      <p class="buttons">
        <button type="submit" class="primary" disabled={acts === null}>
          Show
        </button>
        <span class="faint">Kept in this tab only, until it is closed.</span>
      </p>
    </form>
  );
}
