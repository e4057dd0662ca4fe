import type { StoredBeat, StoredReport } from "@caretaker/redis-store";
import { expect, it } from "vitest";
import { describeQueues } from "./describe-queues.js";
import { describeReport, describeTarget } from "./describe-target.js";

const counts = { waiting: 1, active: 0, delayed: 0, failed: 0, oldestWaitingAtMs: null };

function beat(beatAtMs: number, queues: readonly string[]): StoredBeat {
  const about = { id: `w${beatAtMs}`, host: "a", pid: 1, version: "1", startedAtMs: 0, lastRunAtMs: null, jobs: [] };
  return { ...about, beatAtMs, queues: queues.map((name) => ({ ...counts, name, waiting: beatAtMs })) };
}

it("tells each queue once, as it was counted last", () => {
  expect(describeQueues([beat(3, ["checks"]), beat(5, ["checks", "a"]), beat(4, ["checks", "b"])])).toEqual([
    { ...counts, name: "a", waiting: 5, atMs: 5 },
    { ...counts, name: "b", waiting: 4, atMs: 4 },
    { ...counts, name: "checks", waiting: 5, atMs: 5 },
  ]);
});

const REPORT = { target: "t", runId: "r", dryRun: false, outcome: "done", startedAtMs: 1, finishedAtMs: 2 };

it("tells a report of any version that says which run it was, with whatever else it holds", () => {
  const report: StoredReport = { ...REPORT, aFieldOfTomorrow: 1 };
  expect(describeReport(report)).toEqual(report);
  expect(describeReport(report)).toBe(describeReport(report));
});

it.each([{ runId: "r" }, { ...REPORT, outcome: "splendid" }, { ...REPORT, deletedCount: "7" }])(
  "leaves out %j",
  (report) => {
    expect(describeReport(report)).toBeNull();
  },
);

it.each([
  [114_999, false],
  [115_000, true],
])("tells at %d of a run that told last at 100000 that it is dead: %s", (nowMs, dead) => {
  const about = { runId: "r", dryRun: false, phase: "deleting", startedAtMs: 1, updatedAtMs: 100_000 };
  const running = { ...about, done: 1, of: 2, failed: 0, bytesFreed: 0, cancelling: false };
  const sums = { lastRun: null, lastSuccessAtMs: null, totals: { sessions: [], runs: {}, freedBytes: 0 } };
  const target = { target: "t", host: "a", schedule: "1h", nextRunAtMs: 1, overdueAfterMs: 1, ...sums, reports: [] };
  expect(describeTarget({ ...target, running }, nowMs).running).toEqual({ ...running, dead });
  expect(describeTarget({ ...target, running: null }, nowMs).running).toBeNull();
});
