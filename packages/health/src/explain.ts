import type { CheckSpec } from "./check.js";
import { type CheckEvaluation, contributionOfState, holdEndsAfterMs } from "./evaluate.js";
import { type Freshness, lateAfterMs, staleAfterMs } from "./freshness.js";
import type { RecentOutcome } from "./recent-outcomes.js";
import { sayWhy } from "./say-why.js";
import type { Pending, State, StoredState } from "./state.js";
import { type CounterRule, ruleOf, type TransitionEntry } from "./transition.js";
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

/** Why a check counts as it does, at the moment it was evaluated for. */
export function explain(check: CheckEvaluation): Explanation {
  const { spec, storedState, pending, contribution: verdict, counted } = check;
  return withWhy({
    check: check.name,
    host: check.host,
    transition: null,
    outcomes: check.recent,
    counter: { pending, rule: null, ...thresholdsOf(spec) },
    state: { from: null, stored: storedState, sinceMs: check.sinceMs, effective: check.state },
    freshness: { is: check.freshness, ageMs: check.ageMs, ...edgesOf(spec) },
    contribution: { verdict, counted, critical: spec.critical },
    statusCode: verdict === "fail" && counted ? 503 : 200,
  });
}

/**
 * Why a check changed its state then. The settings are today's, since the stream does not keep them; `isOurs` tells
 * whether the result was this machine's to count.
 */
export function explainTransition(entry: TransitionEntry, spec: CheckSpec, isOurs: boolean): Explanation {
  const { id, check, host, from, to, code, runId, atMs, cause } = entry;
  const verdict = contributionOfState(spec, to);
  return withWhy({
    check,
    host,
    transition: id,
    outcomes:
      cause === null
        ? []
        : [{ status: cause.status, code, durationMs: cause.durationMs, runId, atMs }, ...cause.before],
    counter: { pending: cause?.counter ?? null, rule: ruleOf(entry), ...thresholdsOf(spec) },
    state: { from, stored: to, sinceMs: atMs, effective: to },
    freshness: { is: "fresh", ageMs: 0, ...edgesOf(spec) },
    contribution: { verdict, counted: isOurs, critical: spec.critical },
    statusCode: verdict === "fail" && isOurs ? 503 : 200,
  });
}

function withWhy(chain: Omit<Explanation, "why">): Explanation {
  return { ...chain, why: sayWhy(chain) };
}

function thresholdsOf({ failureThreshold, successThreshold }: CheckSpec) {
  return { failureThreshold, successThreshold };
}

function edgesOf(spec: CheckSpec) {
  return {
    lateAfterMs: lateAfterMs(spec),
    staleAfterMs: staleAfterMs(spec),
    holdEndsAfterMs: spec.onStale === "hold" ? holdEndsAfterMs(spec) : null,
  };
}
