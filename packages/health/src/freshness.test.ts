import { describe, expect, it } from "vitest";
import { freshnessOf, lateAfterMs, SLACK_MS, staleAfterMs } from "./freshness.js";

const TIMING = { everyMs: 30_000, timeoutMs: 5_000 };

describe("freshness", () => {
  it("is late after every + timeout + slack, stale after one interval more", () => {
    expect(SLACK_MS).toBe(5_000);
    expect(lateAfterMs(TIMING)).toBe(40_000);
    expect(staleAfterMs(TIMING)).toBe(70_000);
  });

  it.each([
    [-2_001, "stale"],
    [-2_000, "fresh"],
    [-1, "fresh"],
    [0, "fresh"],
    [39_999, "fresh"],
    [40_000, "fresh"],
    [40_001, "late"],
    [69_999, "late"],
    [70_000, "late"],
    [70_001, "stale"],
    [Number.POSITIVE_INFINITY, "stale"],
    [Number.NEGATIVE_INFINITY, "stale"],
    [Number.NaN, "stale"],
  ])("at an age of %d ms is %s", (ageMs, freshness) => {
    expect(freshnessOf(ageMs, TIMING)).toBe(freshness);
  });
});
