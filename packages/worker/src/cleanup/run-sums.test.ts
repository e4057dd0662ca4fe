import { expect, it } from "vitest";
import { runSums } from "./run-sums.js";

const RUN = { runId: "run-1", outcome: "done", finishedAtMs: 1 } as const;

it("counts with a run what earlier ones had deleted and did not live to report", () => {
  const sums = runSums({ ...RUN, deletedCount: 2, settledCount: 3, unreportedCount: 4, bytesFreed: 5 });
  expect(sums?.sessions).toEqual([
    { outcome: "deleted", reason: "ok", count: 2 },
    { outcome: "deleted", reason: "recovered", count: 7 },
  ]);
  expect(sums?.freedBytes).toBe(5);
});

it("counts nothing of a dry run, and of one that found another at work", () => {
  expect(runSums({ ...RUN, dryRun: true, deletedCount: 1 })).toBeNull();
  expect(runSums({ ...RUN, outcome: "busy" })).toBeNull();
});
