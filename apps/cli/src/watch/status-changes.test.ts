import { expect, it } from "vitest";
import type { CheckStatus, StatusReport } from "../status/status-report.js";
import { renderChange } from "./render-change.js";
import { statusChanges } from "./status-changes.js";

const BASE: StatusReport = {
  source: "here",
  nowMs: Date.UTC(2026, 10, 24, 8, 0, 0),
  verdict: "pass",
  code: null,
  storeReachable: true,
  checks: [],
  workers: [],
  targets: [],
};

function check(name: string, changes: Partial<CheckStatus> = {}): CheckStatus {
  const told = { state: "up", freshness: "fresh", code: "ok", contribution: "pass", counted: true } as const;
  const numbers = { pending: null, measures: {}, ageMs: 1, sinceMs: 1, durationMs: 1 };
  return { name, host: null, critical: false, ...told, ...numbers, ...changes };
}

const lines = (before: StatusReport | null, now: StatusReport) =>
  statusChanges(before, now).map((change) => renderChange(change, { style: (text) => text, columns: null }));

it("tells everything there is at first", () => {
  expect(lines(null, { ...BASE, checks: [check("redis"), check("disk", { host: "a" })] })).toEqual([
    "2026-11-24 08:00:00Z  verdict  pass",
    "2026-11-24 08:00:00Z  redis  up (ok)",
    "2026-11-24 08:00:00Z  disk@a  up (ok)",
  ]);
});

it("tells nothing where only ages went on", () => {
  const now = { ...BASE, nowMs: BASE.nowMs + 5_000, checks: [check("redis", { ageMs: 5_001 })] };
  expect(statusChanges({ ...BASE, checks: [check("redis")] }, now)).toEqual([]);
});

it("tells a state that changed with its reason, and the verdict of it", () => {
  const down = check("redis", { state: "down", code: "refused", contribution: "fail" });
  expect(lines({ ...BASE, checks: [check("redis")] }, { ...BASE, verdict: "fail", checks: [down] })).toEqual([
    "2026-11-24 08:00:00Z  verdict  pass -> fail",
    "2026-11-24 08:00:00Z  redis  up -> down (refused)",
  ]);
});

it("tells a check and a worker that are gone", () => {
  const worker = { id: "w1", host: "a", pid: 1, version: "1", startedAtMs: 1, beatAtMs: 1, lastRunAtMs: null };
  expect(lines({ ...BASE, checks: [check("redis")], workers: [worker] }, BASE)).toEqual([
    "2026-11-24 08:00:00Z  redis  up -> gone",
    "2026-11-24 08:00:00Z  w1@a  here -> gone",
  ]);
});
