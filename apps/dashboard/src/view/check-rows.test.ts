import { describe, expect, it } from "vitest";
import { checkRows } from "./check-rows.js";
import { check, NOW_MS } from "./testing.test.fixture.js";

const row = (changes: Parameters<typeof check>[1] = {}, nowMs = NOW_MS) => checkRows([check("db", changes)], nowMs)[0];

describe("the rows of checks", () => {
  it("turn stale by their own time, to the millisecond, and never show an old up as one", () => {
    expect(row({}, NOW_MS + 70_000)?.state).toEqual({ tone: "pass", word: "up" });
    expect(row({}, NOW_MS + 70_001)).toMatchObject({
      state: { tone: "unknown", word: "stale, was up" },
      code: "stale",
      sentence: "has no recent result",
    });
  });

  it("say late before that, to the millisecond", () => {
    expect(row({}, NOW_MS + 40_000)?.remarks).toEqual([]);
    expect(row({}, NOW_MS + 40_001)?.remarks).toEqual(["late"]);
    expect(row({}, NOW_MS + 70_001)?.remarks).toEqual([]);
  });

  it("hold the last state only as long as the service does, to the millisecond", () => {
    expect(row({ state: "down" }, NOW_MS + 370_000)?.state.word).toBe("stale, was down");
    expect(row({ state: "down" }, NOW_MS + 370_001)?.state).toEqual({ tone: "unknown", word: "unknown, too old" });
    expect(row({ onStale: "warn" }, NOW_MS + 70_001)?.state.word).toBe("unknown, too old");
    expect(row({ onStale: "fail" }, NOW_MS + 70_001)?.state).toEqual({ tone: "fail", word: "stale, counts as down" });
  });

  it("believe the service that a result is stale, whatever its time says", () => {
    expect(row({ freshness: "stale" })?.state.word).toBe("stale, was up");
  });

  it("count down to the moment at which the result is believed no more", () => {
    expect(row()?.fuse).toEqual({ left: 1, lateAt: 0.43, words: "stale in 1 min 10 s" });
    expect(row({}, NOW_MS + 35_000)?.fuse).toEqual({ left: 0.5, lateAt: 0.43, words: "stale in 35 s" });
    expect(row({}, NOW_MS + 75_000)?.fuse).toEqual({ left: 0, lateAt: 0.43, words: "stale for 5 s" });
    expect(row({ everyMs: 0, atMs: null })?.fuse).toBeNull();
  });

  it("tell the last and the next run", () => {
    expect(row({}, NOW_MS + 4_000)).toMatchObject({ lastRun: "4 s ago", nextRun: "in 26 s", since: "1 min 9 s" });
    expect(row({}, NOW_MS + 29_500)?.nextRun).toBe("now");
    expect(row({}, NOW_MS + 33_000)?.nextRun).toBe("due 3 s ago");
    expect(row({ nextRunAtMs: null, atMs: null, freshness: "none" })).toMatchObject({
      lastRun: "never",
      nextRun: "–",
      state: { tone: "unknown", word: "awaiting first run" },
    });
  });

  it("stand worst first, critical before others, uncounted last", () => {
    const rows = checkRows(
      [
        check("up"),
        check("elsewhere", { state: "down", counted: false, scope: "host", host: "b" }),
        check("slow", { state: "degraded", code: "threshold" }),
        check("new", { state: "unknown", freshness: "none", atMs: null, sinceMs: null, durationMs: null }),
        check("down", { state: "down", code: "refused" }),
        check("worse", { state: "down", code: "refused", critical: true }),
      ],
      NOW_MS,
    );
    expect(rows.map(({ key }) => key)).toEqual(["worse", "down", "new", "slow", "up", "elsewhere@b"]);
  });

  it("say why with the numbers in their units, without the name that stands beside it", () => {
    const measures = { freeBytes: { value: 1_610_612_736, unit: "bytes" }, jobs: { value: 2, unit: "" } };
    expect(row({ measures })?.sentence).toBe("free 1.5 GiB, jobs 2");
    const output = "db is past a threshold: freeBytes 1610612736 bytes, jobs 2";
    expect(row({ state: "degraded", code: "threshold", output, measures })).toMatchObject({
      code: "threshold",
      sentence: "is past a threshold: free 1.5 GiB, jobs 2",
    });
    expect(row()).toMatchObject({ code: null, sentence: "is fine" });
  });

  it("tell a change on its way, and durations oldest first", () => {
    const pending = { outcome: "fail", count: 1, of: 2 } as const;
    expect(row({ pending, durationsMs: [3, 2, 1] })).toMatchObject({
      remarks: ["fail 1 of 2"],
      durationsMs: [1, 2, 3],
    });
  });
});
