import type { CheckStatus, RunReport, Status, TargetStatus } from "@caretaker/status";
import { applyChange } from "@caretaker/status";
import { expect, it } from "vitest";
import { diffStatus } from "./diff-status.js";

const check = (name: string, changes: Partial<CheckStatus> = {}) =>
  ({ name, host: null, state: "up", ageMs: 5, ...changes }) as CheckStatus;
const report = (runId: string) => ({ runId }) as RunReport;
const target = (name: string, changes: Partial<TargetStatus> = {}): TargetStatus => ({
  target: name,
  host: null,
  schedule: "every 1h",
  nextRunAtMs: null,
  overdueAfterMs: 60_000,
  lastRun: null,
  lastSuccessAtMs: null,
  totals: { sessions: [], runs: {}, freedBytes: 0 },
  running: null,
  reports: [report("run-1")],
  ...changes,
});
const BEFORE = {
  version: 1,
  nowMs: 10,
  verdict: "pass",
  store: { reachable: true, loaded: true, readAtMs: 9 },
  checks: [check("a"), check("b")],
  retention: [target("t"), target("u")],
} as unknown as Status;

it("is nothing where only time has passed", () => {
  const store = { ...BEFORE.store, readAtMs: 11 };
  const after = { ...BEFORE, nowMs: 12, store, checks: [check("a", { ageMs: 7 }), check("b", { ageMs: 7 })] };
  expect(diffStatus(BEFORE, after)).toBeNull();
});

const running = {
  ...{ runId: "run-2", dryRun: false, phase: "deleting", startedAtMs: 1, updatedAtMs: 1, dead: false },
  ...{ done: 1, of: 2, failed: 0, bytesFreed: 0, cancelling: false },
};
it.each([
  ["a field", { verdict: "fail" }, { set: { verdict: "fail" } }],
  ["a check", { checks: [check("a", { state: "down" }), check("b")] }, { checks: [{ name: "a", state: "down" }] }],
  ["a new check", { checks: [...BEFORE.checks, check("c")] }, { checks: [{ name: "c" }] }],
  ["a check that is gone", { checks: [check("a")] }, { removedChecks: [{ name: "b", host: null }] }],
  [
    "another machine's",
    { checks: [check("a"), check("b", { host: "x" })] },
    { removedChecks: [{ name: "b", host: null }] },
  ],
  ["a target that is gone", { retention: [target("t")] }, { removedTargets: ["u"] }],
  [
    "a target's new report",
    { retention: [target("t", { reports: [report("run-2"), report("run-1")] }), target("u")] },
    {},
  ],
  [
    "a target's progress",
    { retention: [target("t", { running }), target("u")] },
    { targets: [{ target: "t", running }] },
  ],
])("tells %s, and applied to what was makes what is", (_name, changes, told) => {
  const after = { ...BEFORE, nowMs: 12, ...changes } as Status;
  const change = diffStatus(BEFORE, after);
  expect(change).toMatchObject(told);
  expect(change && applyChange(BEFORE, change)).toEqual(after);
});

it("sends no reports along with progress", () => {
  const change = diffStatus(BEFORE, { ...BEFORE, retention: [target("t", { running }), target("u")] });
  expect(change?.targets).toHaveLength(1);
  expect(change?.targets[0]).not.toHaveProperty("reports");
});
