import type { CheckStatus, History, Status, WorkerStatus } from "@caretaker/status";
import type { Knowledge } from "./knowledge.js";

/** The moment at which the tests' answers were made. */
export const NOW_MS = Date.UTC(2026, 10, 25, 12);

/** A check that is up, and becomes late after 40 s and stale after 70. */
export function check(name: string, changes: Partial<CheckStatus> = {}): CheckStatus {
  return {
    name,
    scope: "fleet",
    host: null,
    critical: false,
    state: "up",
    freshness: "fresh",
    code: "ok",
    output: `${name} is fine`,
    contribution: "pass",
    counted: true,
    pending: null,
    measures: {},
    ageMs: 0,
    atMs: NOW_MS,
    sinceMs: NOW_MS - 65_000,
    nextRunAtMs: NOW_MS + 30_000,
    durationMs: 3,
    durationsMs: [3, 2],
    transitionCount: 1,
    everyMs: 30_000,
    timeoutMs: 5_000,
    lateAfterMs: 40_000,
    staleAfterMs: 70_000,
    maxHoldMs: 300_000,
    onStale: "hold",
    budget: null,
    ...changes,
  };
}

/** A worker that was heard just now. */
export const WORKER: WorkerStatus = {
  id: "w1",
  host: "a",
  pid: 7,
  version: "1",
  startedAtMs: NOW_MS - 3_600_000,
  beatAtMs: NOW_MS,
  lastRunAtMs: null,
  jobs: [],
};

/** An answer in which all is well. */
export function status(changes: Partial<Status> = {}): Status {
  return {
    version: 1,
    nowMs: NOW_MS,
    verdict: "pass",
    rawVerdict: "pass",
    code: null,
    lifecycle: "ready",
    instance: { host: "a", startedAtMs: NOW_MS - 3_600_000 },
    store: { reachable: true, loaded: true, readAtMs: NOW_MS },
    storeReachable: true,
    workerAliveMs: 15_000,
    balancer: null,
    drainDelayMs: 5_000,
    problems: [],
    guard: null,
    checks: [check("db")],
    workers: [WORKER],
    queues: [],
    retention: [],
    ...changes,
  };
}

/** What a page knows that follows the stream. */
export function knowledge(changes: Partial<Knowledge> = {}): Knowledge {
  return { status: status(), history: null, connection: "live", trouble: null, nowMs: NOW_MS, ...changes };
}

/** Two minutes of history in which `db` went down and came back. */
export function history(changes: Partial<History> = {}): History {
  const at = (ago: number) => NOW_MS - ago;
  const change = { check: "db", host: null, runId: "r", output: "db refused the connection" } as const;
  return {
    version: 1,
    nowMs: NOW_MS,
    range: "1h",
    bucketMs: 60_000,
    fromMs: at(180_000),
    toMs: at(-60_000),
    readAtMs: NOW_MS,
    strips: [{ check: "db", host: null, worst: [null, "up", "down", "degraded"], mixed: [2] }],
    transitions: [
      {
        ...change,
        id: "2-0",
        from: "down",
        to: "up",
        code: "ok",
        output: "db is fine",
        atMs: at(30_000),
        endedAtMs: null,
      },
      { ...change, id: "1-0", from: "up", to: "down", code: "refused", atMs: at(95_000), endedAtMs: at(30_000) },
    ],
    truncated: false,
    ...changes,
  };
}
