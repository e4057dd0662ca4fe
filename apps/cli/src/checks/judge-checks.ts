import { type CheckRecord, type Evaluation, evaluate, next, type Snapshot, toSpec } from "@caretaker/health";
import type { FinishedCheck } from "./run-checks.js";

/**
 * What these runs would add up to if they were the first outcomes that the store ever got: the aggregation of readiness
 * itself, so a check that fails and is not critical leaves the verdict at warn.
 */
export function judgeChecks(finished: readonly FinishedCheck[], hostId: string): Evaluation {
  return evaluate(snapshotOf(finished, hostId), { nowMs: AT_MS, hostId });
}

// Only ages are ever made of it, and these outcomes have none yet.
const AT_MS = 0;

function snapshotOf(finished: readonly FinishedCheck[], hostId: string): Snapshot {
  return {
    version: 1,
    loaded: true,
    storeReachable: true,
    specs: new Map(finished.map(({ check }) => [check.name, toSpec(check)])),
    records: finished.map((one) => recordOf(one, hostId)),
    workers: [],
  };
}

function recordOf({ check, run: { outcome } }: FinishedCheck, hostId: string): CheckRecord {
  return {
    check: check.name,
    host: check.scope === "host" ? hostId : null,
    ...next(null, outcome, check),
    outcome,
    runId: "caretaker-check",
    recent: [],
    durationsMs: [],
    transitionCount: 1,
    sinceMs: AT_MS,
    atMs: AT_MS,
    sequence: 1,
    withdrawn: false,
  };
}
