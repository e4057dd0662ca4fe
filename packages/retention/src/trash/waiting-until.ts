import type { Outcome } from "../journal.js";
import type { ClaimResult } from "../session-result.js";
import type { ClaimRecord } from "./sidecar.js";

/** Until when a session waits in the trash, for the outcome that says it does; nothing for any other. */
export function waitingUntil(
  { purgeAfterMs }: Pick<ClaimRecord, "purgeAfterMs">,
  { result }: Pick<ClaimResult, "result">,
): Pick<Outcome, "purgeAfterMs"> {
  return result === "trashed" && purgeAfterMs !== null ? { purgeAfterMs } : {};
}
