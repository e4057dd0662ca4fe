import type { CleanupReport } from "@caretaker/retention";
import { expect, it } from "vitest";
import { exitCodeOf } from "./exit-code-of.js";

const NOTHING = { deletedCount: 0, trashedCount: 0, purgedCount: 0, settledCount: 0 };

it.each<[string, Partial<CleanupReport>, boolean, number]>([
  ["a run that is done", { outcome: "done" }, false, 0],
  ["one whose end was asked for", { outcome: "partial" }, true, 130],
  ["one that reached its budget", { outcome: "partial" }, false, 0],
  ["one that failed with some", { outcome: "failed", deletedCount: 1 }, false, 3],
  ["one that failed with some of what it moved", { outcome: "failed", trashedCount: 1 }, false, 3],
  ["one that failed after it had purged", { outcome: "failed", purgedCount: 1 }, false, 3],
  ["one that failed after it had settled", { outcome: "failed", settledCount: 1 }, false, 3],
  ["one that did nothing but fail", { outcome: "failed" }, false, 1],
  ["one that was refused", { outcome: "refused" }, false, 1],
  ["one that found another at work", { outcome: "busy" }, false, 1],
])("%s", (_name, report, isInterrupted, exitCode) => {
  expect(exitCodeOf({ ...NOTHING, ...report } as CleanupReport, { isInterrupted })).toBe(exitCode);
});
