import {
  type BalancerProfile,
  type CheckEvaluation,
  describeCode,
  detectionBudget,
  lateAfterMs,
  secretStateOf,
  staleAfterMs,
} from "@caretaker/health";
import type { CheckStatus } from "../types.js";

/** One check as it counts; why it does tells `/status/explain/<check>`, not this too. */
export function describeCheck(check: CheckEvaluation, profile: BalancerProfile | null): CheckStatus {
  const { spec, runId: _runId, recent: _recent, storedState: _storedState, ...evaluation } = check;
  const { scope, critical, everyMs, timeoutMs, maxHoldMs, onStale, componentType } = spec;
  return {
    ...evaluation,
    scope,
    critical,
    output: describeCode(check.name, check.code, check.measures),
    nextRunAtMs: nextRunAtMs(check),
    everyMs,
    timeoutMs,
    lateAfterMs: lateAfterMs(spec),
    staleAfterMs: staleAfterMs(spec),
    maxHoldMs,
    onStale,
    // Nothing schedules the check of the store itself.
    budget: everyMs === 0 ? null : detectionBudget(spec, profile),
    ...(componentType === "secret" ? { secret: secretStateOf(check) } : {}),
  };
}

/** About when the next run is due: an interval after the last, a third of it while a change of state is pending. */
function nextRunAtMs({ atMs, pending, spec: { everyMs } }: CheckEvaluation): number | null {
  if (atMs === null || everyMs === 0) return null;
  return atMs + (pending === null ? everyMs : Math.floor(everyMs / 3));
}
