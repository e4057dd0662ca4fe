import { defineCheck, type Outcome } from "@caretaker/health";
import { describe, expect, it } from "vitest";
import { checkReport } from "./check-report.js";
import { checksForNagios, renderChecks } from "./render-checks.js";
import type { FinishedCheck } from "./run-checks.js";

const view = { style: (text: string) => text, columns: null };

function finished(name: string, outcome: Partial<Outcome>, options: object = {}): FinishedCheck {
  const check = defineCheck({ name, run: () => undefined, ...options });
  const full: Outcome = { status: "pass", code: "ok", durationMs: 3, measures: {}, ...outcome };
  return { check, run: { outcome: full, error: undefined, interrupted: false, settled: Promise.resolve() } };
}

const FAILED = { status: "fail", code: "refused" } as const;
const WARNED = { status: "warn", code: "threshold" } as const;

describe("the verdict is readiness's own", () => {
  it.each([
    ["nothing to run", [], "pass"],
    ["a pass", [finished("a", {})], "pass"],
    ["a warning", [finished("a", WARNED, { critical: true })], "warn"],
    ["a failure that is not critical", [finished("a", FAILED)], "warn"],
    [
      "a critical failure, at its first outcome",
      [finished("a", FAILED, { critical: true, failureThreshold: 9 })],
      "fail",
    ],
    ["the worst of several", [finished("a", {}), finished("b", FAILED, { critical: true })], "fail"],
    ["a host's own result", [finished("a", FAILED, { critical: true, scope: "host" })], "fail"],
  ] as const)("of %s", (_name, runs, verdict) => {
    expect(checkReport(runs, "host-a").verdict).toBe(verdict);
  });
});

it("keeps the order of declaration in the data and shows the worst first", () => {
  const report = checkReport(
    [
      finished("fine", {}),
      finished("soft", FAILED),
      finished("slow", WARNED),
      finished("hard", FAILED, { critical: true }),
    ],
    "host-a",
  );
  expect(report.checks.map(({ name }) => name)).toEqual(["fine", "soft", "slow", "hard"]);
  const lines = renderChecks(report, view).split("\n");
  expect(lines.slice(1, 5).map((line) => line.split(" ")[0])).toEqual(["hard", "soft", "slow", "fine"]);
  expect(lines.at(-1)).toBe("fail: 4 run, 1 pass, 1 warn, 2 fail");
});

it("tells measures, and of a secret none", () => {
  const measures = { length: { value: 51, unit: "" } };
  const shown = [finished("disk", { measures }), finished("key", { measures }, { componentType: "secret" })];
  const [disk, key] = checkReport(shown, "host-a").checks;
  expect(disk?.measures).toEqual(measures);
  expect(key?.measures).toEqual({});
});

it("is one line for Nagios, with what does not pass by name", () => {
  const report = checkReport(
    [finished("a", { measures: { free: { value: 7, unit: "bytes" } } }), finished("b", FAILED)],
    "h",
  );
  expect(checksForNagios(report)).toEqual({
    exitCode: 1,
    line: "WARNING - 2 run, 1 pass, 1 fail, b fail (refused)|'a.duration'=3ms 'a.free'=7B 'b.duration'=3ms",
  });
});
