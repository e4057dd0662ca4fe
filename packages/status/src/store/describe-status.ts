import { type BalancerProfile, lintBudget, type Readiness, removalMs, WORKER_ALIVE_MS } from "@caretaker/health";
import type { GuardStatus, StoreSnapshot } from "@caretaker/redis-store";
import type { Status } from "../types.js";
import { describeCheck } from "./describe-check.js";
import { describeQueues } from "./describe-queues.js";
import { describeTarget } from "./describe-target.js";

/** What a status is made of. Times in ms, Redis server time. */
export interface StatusContent {
  readonly snapshot: StoreSnapshot;
  readonly readiness: Readiness;
  readonly nowMs: number;
  /** When the store answered last; `null` before the first answer. */
  readonly readAtMs: number | null;
  readonly instance: Status["instance"];
  /** The balancer in front; `null` if none was named. */
  readonly profile: BalancerProfile | null;
  readonly drainDelayMs: number;
  readonly shutdownTimeoutMs: number;
  /** `null` where the guard is off. */
  readonly guard: { readonly maxUnavailable: number; readonly fleet: GuardStatus | null } | null;
}

/** Everything the dashboard shows, as data. */
export function describeStatus(content: StatusContent): Status {
  const { snapshot, readiness, nowMs, readAtMs, instance, profile, drainDelayMs, guard } = content;
  const { storeReachable, loaded, workers, targets } = snapshot;
  return {
    version: 1,
    nowMs: Math.round(nowMs),
    verdict: readiness.verdict,
    rawVerdict: readiness.rawVerdict,
    code: readiness.code,
    lifecycle: readiness.lifecycle,
    instance,
    store: { reachable: storeReachable, loaded, readAtMs: readAtMs === null ? null : Math.round(readAtMs) },
    storeReachable,
    workerAliveMs: WORKER_ALIVE_MS,
    balancer: profile === null ? null : { ...profile, removalMs: removalMs(profile) },
    drainDelayMs,
    problems: lintBudget(snapshot.specs.values(), content),
    guard: guard === null ? null : { ...guard, fleet: guard.fleet === null ? null : { ...guard.fleet } },
    checks: readiness.checks.map((check) => describeCheck(check, profile)),
    workers: workers.map(({ queues: _queues, ...worker }) => worker),
    queues: describeQueues(workers),
    retention: targets.map((target) => describeTarget(target, nowMs)),
  };
}
