import { expect, it } from "vitest";
import { applyChange } from "./apply-change.js";
import type { CheckStatus, Status, StatusChange } from "./types.js";

const check = (name: string, host: string | null, state: CheckStatus["state"]) =>
  ({ name, host, state }) as CheckStatus;
const target = (name: string, done: number) => ({
  target: name,
  host: null,
  schedule: "every 1h",
  nextRunAtMs: null,
  overdueAfterMs: 60_000,
  lastRun: null,
  lastSuccessAtMs: null,
  totals: { sessions: [], runs: {}, freedBytes: 0 },
  running: {
    runId: "run-1",
    dryRun: false,
    phase: "deleting",
    startedAtMs: 1,
    updatedAtMs: 1,
    dead: false,
    done,
    of: 9,
    failed: 0,
    bytesFreed: 0,
    cancelling: false,
  },
});
const report = {
  target: "a",
  runId: "run-0",
  dryRun: false,
  outcome: "done" as const,
  startedAtMs: 1,
  finishedAtMs: 2,
};

const none: StatusChange = {
  version: 1,
  nowMs: 2,
  set: {},
  checks: [],
  removedChecks: [],
  targets: [],
  removedTargets: [],
};
const status = {
  nowMs: 1,
  verdict: "pass",
  checks: [check("a", null, "up"), check("b", "host-a", "up"), check("b", "host-b", "up")],
  retention: [
    { ...target("a", 1), reports: [report] },
    { ...target("b", 1), reports: [] },
  ],
} as unknown as Status;

it("replaces what changed and leaves the rest in its place", () => {
  const checks = [check("b", "host-a", "down"), check("c", null, "up")];
  const change: StatusChange = {
    ...none,
    set: { verdict: "fail" },
    checks,
    removedChecks: [{ name: "a", host: null }],
  };
  expect(applyChange(status, change)).toEqual({
    ...status,
    nowMs: 2,
    verdict: "fail",
    checks: [check("b", "host-a", "down"), check("b", "host-b", "up"), check("c", null, "up")],
  });
});

it("keeps a target's reports where a change leaves them out", () => {
  const added = { ...target("c", 0), reports: [] };
  const change: StatusChange = { ...none, targets: [target("a", 5), added], removedTargets: ["b"] };
  expect(applyChange(status, change).retention).toEqual([{ ...target("a", 5), reports: [report] }, added]);
});

it("takes over the time where nothing else changed", () => {
  expect(applyChange(status, none)).toEqual({ ...status, nowMs: 2 });
});
