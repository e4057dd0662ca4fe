import type { CheckRecord } from "./snapshot.js";
import type { StoredState } from "./state.js";

/** How often a state has changed, the change to `to` included; the first state ever is a change from `unknown`. */
export function countTransition(
  previous: Pick<CheckRecord, "state" | "transitionCount"> | null,
  to: StoredState,
): number {
  if (previous === null) return 1;
  return previous.transitionCount + (previous.state === to ? 0 : 1);
}

/** The count as stored, 0 where there is none: it is shown, it decides nothing. */
export function readTransitionCount(value: unknown): number {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : 0;
}
