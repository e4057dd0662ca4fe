import { type CheckEvaluation, lateAfterMs, type Readiness, staleAfterMs } from "@caretaker/health";
import type { StoreSnapshot } from "@caretaker/redis-store";

/** The version of the `/status` body; it grows when a field changes its meaning or goes. */
const STATUS_VERSION = 1;

/** Everything the dashboard shows, as data. Times in ms, Redis server time. */
export function statusBody(snapshot: StoreSnapshot, readiness: Readiness, nowMs: number) {
  return {
    version: STATUS_VERSION,
    nowMs: Math.round(nowMs),
    verdict: readiness.verdict,
    code: readiness.code,
    lifecycle: readiness.lifecycle,
    storeReachable: snapshot.storeReachable,
    checks: readiness.checks.map(checkStatus),
    workers: snapshot.workers,
    retention: snapshot.targets,
  };
}

function checkStatus({ spec, runId: _runId, ...evaluation }: CheckEvaluation) {
  const { scope, critical, everyMs, timeoutMs } = spec;
  return {
    ...evaluation,
    scope,
    critical,
    everyMs,
    timeoutMs,
    lateAfterMs: lateAfterMs(spec),
    staleAfterMs: staleAfterMs(spec),
  };
}
