import type { RepeatedFailure } from "./journal.js";

const FIRST_MS = 3_600_000;
const LONGEST_MS = 7 * 24 * 3_600_000;

/** Until when a session whose taking failed this often in a row is left alone, in ms since the epoch: 1 h to 7 d. */
export function backOffUntilMs({ attempts, atMs }: Pick<RepeatedFailure, "attempts" | "atMs">): number {
  return atMs + Math.min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS);
}

/** Session name → until when it is left alone, of those that still are. */
export function backOffsAt(nowMs: number, failures: ReadonlyMap<string, RepeatedFailure>): ReadonlyMap<string, number> {
  const backOffs = new Map<string, number>();
  for (const [id, failure] of failures) {
    const untilMs = backOffUntilMs(failure);
    if (untilMs > nowMs) backOffs.set(id, untilMs);
  }
  return backOffs;
}
