import type { CheckSpec } from "./check.js";
import { type CheckEvaluation, contributionOfState, holdEndsAfterMs } from "./evaluate.js";
import type { Explanation } from "./explanation.js";
import { lateAfterMs, staleAfterMs } from "./freshness.js";
import { sayWhy } from "./say-why.js";
import { ruleOf, type TransitionEntry } from "./transition.js";

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
