import { describe, expect, it } from "vitest";
import { createKeys } from "./keys.js";

describe("createKeys", () => {
  const { lease, reports, cleanupSums, publishedRuns, targetOwner, cancelledRun, ...fixed } = createKeys("rdy");
  const perTarget = [reports, cleanupSums, publishedRuns, targetOwner].flatMap((key) => [key("rec"), key("db")]);
  const perRun = [cancelledRun("rec", "run-1"), cancelledRun("db", "run-1")];
  const all = [...Object.values(fixed), lease("db"), lease("db@host-a"), ...perTarget, ...perRun];

  it("puts every key of a prefix into one Cluster slot", () => {
    for (const key of all) expect(key).toMatch(/^\{rdy\}:/);
  });

  it("names no two things alike", () => {
    expect(new Set(all).size).toBe(all.length);
  });
});
