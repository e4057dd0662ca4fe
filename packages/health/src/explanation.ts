import type { Freshness } from "./freshness.js";
import type { RecentOutcome } from "./recent-outcomes.js";
import type { Pending, State, StoredState } from "./state.js";
import type { CounterRule } from "./transition.js";
import type { Verdict } from "./verdict.js";

/**
 * The chain from a check's last outcomes to the status code it asks for, in that order (health.md §9). Times in ms,
 * Redis server time. It holds names, codes and numbers only.
 */
export interface Explanation {
  readonly check: string;
  readonly host: string | null;
  /** `null` for the present, else the transition that is explained. */
  readonly transition: string | null;
  /** Newest first, at most five. */
  readonly outcomes: readonly RecentOutcome[];
  readonly counter: {
    /** A change that is on its way, or (of a transition) the count that let it happen; `null` where none is due. */
    readonly pending: Pending | null;
    readonly rule: CounterRule | null;
    readonly failureThreshold: number;
    readonly successThreshold: number;
  };
  readonly state: {
    readonly from: State | null;
    /** What the outcomes add up to; `null` where there is no readable result. */
    readonly stored: StoredState | null;
    readonly sinceMs: number | null;
    /** What that counts as, once its age is taken into account. */
    readonly effective: State;
  };
  readonly freshness: {
    readonly is: Freshness;
    readonly ageMs: number | null;
    readonly lateAfterMs: number;
    readonly staleAfterMs: number;
    /** Until when a stale state is held; `null` where it is not. */
    readonly holdEndsAfterMs: number | null;
  };
  readonly contribution: {
    readonly verdict: Verdict;
    /** `false`: another machine's result, or a withdrawn one. */
    readonly counted: boolean;
    readonly critical: boolean;
  };
  /** What readiness answers where this check alone decides. */
  readonly statusCode: 200 | 503;
  /** The same chain as sentences. */
  readonly why: readonly string[];
}
