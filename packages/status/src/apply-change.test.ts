import { expect, it } from "vitest";
import { applyChange } from "./apply-change.js";
import type { CheckStatus, Status, StatusChange } from "./types.js";

const check = (name: string, host: string | null, state: CheckStatus["state"]) =>
  ({ name, host, state }) as CheckStatus;
const none: StatusChange = { version: 1, nowMs: 2, set: {}, checks: [], removedChecks: [] };
const status = {
  nowMs: 1,
  verdict: "pass",
  checks: [check("a", null, "up"), check("b", "host-a", "up"), check("b", "host-b", "up")],
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
    nowMs: 2,
    verdict: "fail",
    checks: [check("b", "host-a", "down"), check("b", "host-b", "up"), check("c", null, "up")],
  });
});

it("takes over the time where nothing else changed", () => {
  expect(applyChange(status, none)).toEqual({ ...status, nowMs: 2 });
});
