import type { TargetState } from "@caretaker/redis-store";
import { describe, expect, it } from "vitest";
import { judgeTarget, retentionCheck, retentionCheckProblem } from "./retention-check.js";

const NOW = 1_000_000;
const RUN = { runId: "run-1", outcome: "done", finishedAtMs: 1, code: null, planId: null, guards: [] };
const RUNNING = {
  ...{ runId: "run-2", dryRun: false, phase: "deleting", startedAtMs: 1, updatedAtMs: NOW - 14_999 },
  ...{ done: 0, of: 0, failed: 0, bytesFreed: 0, cancelling: false },
};
const TARGET: TargetState = {
  ...{ target: "recordings", host: "host-a", schedule: "every 1h", nextRunAtMs: NOW - 60_000, overdueAfterMs: 60_000 },
  ...{ running: null, lastRun: RUN, lastSuccessAtMs: 1, totals: { sessions: [], runs: {}, freedBytes: 0 } },
  recent: [],
};

function busyAt(...moments: readonly number[]): TargetState["recent"] {
  return moments.map((finishedAtMs) => ({ outcome: "busy", finishedAtMs }));
}

describe("judgeTarget", () => {
  it.each<[string, Partial<TargetState>, string, string]>([
    ["a good run, and the next is just not overdue", {}, "pass", "ok"],
    ["no run yet", { lastRun: null }, "pass", "ok"],
    ["no schedule in the store", { nextRunAtMs: null }, "pass", "ok"],
    ["a run that is overdue", { nextRunAtMs: NOW - 60_001 }, "warn", "stale"],
    ["a run that waits for another", { nextRunAtMs: NOW - 60_001, running: RUNNING }, "pass", "ok"],
    [
      "a run that waits for one that has died",
      { nextRunAtMs: NOW - 60_001, running: { ...RUNNING, updatedAtMs: NOW - 15_000 } },
      "warn",
      "stale",
    ],
    ["a refused run", { lastRun: { ...RUN, outcome: "refused", code: "ERR_GUARDED" } }, "warn", "refused"],
    ["a run that reached its budget", { lastRun: { ...RUN, outcome: "partial" } }, "pass", "ok"],
    [
      "runs that found the root busy for as long as one may be late",
      { recent: busyAt(60_001, 30_000, 1) },
      "pass",
      "ok",
    ],
    ["runs that found it busy for longer", { recent: busyAt(60_002, 30_000, 1) }, "warn", "locked"],
    [
      "a good run after which one found it busy",
      { recent: [...busyAt(200_000), { outcome: "done", finishedAtMs: 1 }, ...busyAt(0)] },
      "pass",
      "ok",
    ],
    ["a failed run", { lastRun: { ...RUN, outcome: "failed", code: "io" } }, "warn", "internal"],
    ["a failed run without a code", { lastRun: { ...RUN, outcome: "failed" } }, "warn", "internal"],
    [
      "a run that lacked a permission",
      { lastRun: { ...RUN, outcome: "failed", code: "permission" } },
      "warn",
      "permission",
    ],
    [
      "a run on a disk that is read-only",
      { lastRun: { ...RUN, outcome: "failed", code: "read_only" } },
      "warn",
      "permission",
    ],
  ])("tells of %s", (_what, changes, status, code) => {
    expect(judgeTarget({ ...TARGET, ...changes }, NOW)).toMatchObject({ status, code });
  });

  it("tells how long a run is overdue, and of a target nobody has announced", () => {
    const late = judgeTarget({ ...TARGET, nextRunAtMs: NOW - 90_000 }, NOW);
    expect(late.measures).toEqual({ overdueMs: { value: 90_000, unit: "ms" } });
    expect(judgeTarget(null, NOW)).toMatchObject({ status: "warn", code: "no_data" });
  });
});

it("a target's check is the fleet's, and never takes the service down", () => {
  expect(retentionCheck("recordings", async () => TARGET)).toMatchObject({
    name: "retention-recordings",
    scope: "fleet",
    critical: false,
  });
});

it("a target's name leaves room for that of its check", () => {
  expect(retentionCheckProblem("x".repeat(53))).toBeNull();
  expect(retentionCheckProblem("x".repeat(54))).toMatch(/the name has 54 characters; at most 53 are allowed/);
});
