import { type Code, isDeterministic } from "./codes.js";
import type { Outcome, OutcomeStatus } from "./outcome.js";

/** What the outcomes add up to after thresholds; `unknown` is never stored, it is computed when read. */
export type StoredState = "up" | "degraded" | "down";

/** A stored state, or `unknown` where the evidence is missing or too old. */
export type State = StoredState | "unknown";

/** A change of state that is on its way: `count` of the `of` consecutive outcomes it needs. */
export interface Pending {
  readonly outcome: OutcomeStatus;
  readonly count: number;
  readonly of: number;
}

/** State and counter of one check. The counter lives in `pending`, so it survives a worker restart with the state. */
export interface Progress {
  readonly state: StoredState;
  readonly pending: Pending | null;
}

/** How many consecutive outcomes a change of state needs. */
export interface Thresholds {
  readonly failureThreshold: number;
  readonly successThreshold: number;
}

/**
 * The state after one more outcome (health.md §3).
 *
 * Truly consecutive: an opposite outcome drops the pending change. The first outcome ever, and a failure whose code
 * retrying cannot heal, apply at once. `warn` counts as a success and leads to `degraded`.
 */
export function next(
  previous: Progress | null,
  outcome: Pick<Outcome, "status" | "code">,
  thresholds: Thresholds,
): Progress {
  const target = stateOf(outcome.status);
  if (previous === null) return settled(target);
  return outcome.status === "fail"
    ? afterFailure(previous, outcome.code, thresholds.failureThreshold)
    : afterSuccess(previous, outcome.status, thresholds.successThreshold);
}

function afterFailure(previous: Progress, code: Code, threshold: number): Progress {
  if (previous.state === "down" || isDeterministic(code)) return settled("down");
  return advance(previous, { status: "fail", needed: threshold });
}

function afterSuccess(previous: Progress, status: "pass" | "warn", threshold: number): Progress {
  if (previous.state !== "down") return settled(stateOf(status));
  return advance(previous, { status, needed: threshold });
}

function advance(previous: Progress, { status, needed }: { status: OutcomeStatus; needed: number }): Progress {
  const { pending } = previous;
  // A stored count of the other direction was not written by this function, and must not hurry a change.
  const isSameWay = pending !== null && (pending.outcome === "fail") === (status === "fail");
  const count = (isSameWay ? pending.count : 0) + 1;
  if (count >= needed) return settled(stateOf(status));
  return { state: previous.state, pending: { outcome: status, count, of: needed } };
}

function settled(state: StoredState): Progress {
  return { state, pending: null };
}

function stateOf(status: OutcomeStatus): StoredState {
  switch (status) {
    case "pass":
      return "up";
    case "warn":
      return "degraded";
    case "fail":
      return "down";
  }
}
