import {
  type BalancerProfile,
  type CheckEvaluation,
  detectionBudget,
  lateAfterMs,
  lintBudget,
  type Readiness,
  removalMs,
  secretStateOf,
  staleAfterMs,
} from "@caretaker/health";
import type { GuardStatus, StoreSnapshot } from "@caretaker/redis-store";

/** The version of the `/status` body; it grows when a field changes its meaning or goes. */
const STATUS_VERSION = 1;

/** What the body is made of. Times in ms, Redis server time. */
export interface StatusContent {
  readonly snapshot: StoreSnapshot;
  readonly readiness: Readiness;
  readonly nowMs: number;
  /** The balancer in front; `null` if none was named. */
  readonly profile: BalancerProfile | null;
  readonly drainDelayMs: number;
  readonly shutdownTimeoutMs: number;
  /** `null` where the guard is off. */
  readonly guard: { readonly maxUnavailable: number; readonly fleet: GuardStatus | null } | null;
}

/** Everything the dashboard shows, as data. */
export function statusBody(content: StatusContent) {
  const { snapshot, readiness, nowMs, profile, drainDelayMs, guard } = content;
  return {
    version: STATUS_VERSION,
    nowMs: Math.round(nowMs),
    verdict: readiness.verdict,
    rawVerdict: readiness.rawVerdict,
    code: readiness.code,
    lifecycle: readiness.lifecycle,
    storeReachable: snapshot.storeReachable,
    balancer: profile === null ? null : { ...profile, removalMs: removalMs(profile) },
    drainDelayMs,
    problems: lintBudget(snapshot.specs.values(), content),
    guard,
    checks: readiness.checks.map((check) => checkStatus(check, profile)),
    workers: snapshot.workers,
    retention: snapshot.targets,
  };
}

function checkStatus(check: CheckEvaluation, profile: BalancerProfile | null) {
  // What `/status/explain/<check>` tells is not told twice.
  const { spec, runId: _runId, recent: _recent, storedState: _storedState, ...evaluation } = check;
  const { scope, critical, everyMs, timeoutMs, componentType } = spec;
  return {
    ...evaluation,
    scope,
    critical,
    everyMs,
    timeoutMs,
    lateAfterMs: lateAfterMs(spec),
    staleAfterMs: staleAfterMs(spec),
    // Nothing schedules the check of the store itself.
    budget: everyMs === 0 ? null : detectionBudget(spec, profile),
    ...(componentType === "secret" ? { secret: secretStateOf(check) } : {}),
  };
}
