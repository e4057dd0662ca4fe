/**
 * Codes of a session that was not taken because the plan no longer describes it, or because the run stopped: nothing
 * an operator could mend, so they make no run `failed` and no session back off.
 */
export const OUT_OF_DATE_CODES = ["changed", "vanished", "held", "active", "interrupted"] as const;

const CODES: ReadonlySet<string> = new Set(OUT_OF_DATE_CODES);

/** Whether this code says only that the plan is out of date. */
export function isOutOfDate(code: string): boolean {
  return CODES.has(code);
}
