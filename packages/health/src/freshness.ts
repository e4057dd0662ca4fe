import type { CheckSpec } from "./check.js";

/** How old the evidence is, computed when read, never stored. `none`: there is no evidence yet. */
export type Freshness = "fresh" | "late" | "stale" | "none";

/** Time allowed for queueing and publication, on top of the check's own interval and timeout. */
export const SLACK_MS = 5_000;

/** A result further than this in the future was stamped by nobody's sane clock, so its age says nothing. */
export const FUTURE_TOLERANCE_MS = 2_000;

type Timing = Pick<CheckSpec, "everyMs" | "timeoutMs">;

/** The age in ms after which a result is late. */
export function lateAfterMs({ everyMs, timeoutMs }: Timing): number {
  return everyMs + timeoutMs + SLACK_MS;
}

/** The age in ms after which a result is stale. */
export function staleAfterMs({ everyMs, timeoutMs }: Timing): number {
  return 2 * everyMs + timeoutMs + SLACK_MS;
}

/** Freshness of a result of this age; an age that is not a number, or clearly negative, is stale. */
export function freshnessOf(ageMs: number, timing: Timing): Exclude<Freshness, "none"> {
  if (!(ageMs >= -FUTURE_TOLERANCE_MS) || ageMs > staleAfterMs(timing)) return "stale";
  return ageMs > lateAfterMs(timing) ? "late" : "fresh";
}
