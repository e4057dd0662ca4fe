import { describe, expect, it } from "vitest";
import { sparkline } from "./sparkline.js";
import { stripView } from "./strip-view.js";
import { history, NOW_MS } from "./testing.test.fixture.js";
import { timelineRows } from "./timeline-rows.js";

describe("a strip", () => {
  const told = history();
  const view = stripView(told.strips[0] ?? { check: "", host: null, worst: [], mixed: [] }, told);

  it("draws what is worse higher, so that it is told apart without colour", () => {
    expect(view.paths).toEqual([
      { kind: "up", d: "M4 12h3v8h-3z" },
      { kind: "degraded", d: "M12 6h3v14h-3z" },
      { kind: "down", d: "M8 0h3v20h-3z" },
      { kind: "none", d: "M0 18h3v2h-3z" },
      { kind: "mixed", d: "M8 16h3v4h-3z" },
    ]);
    expect(view.width).toBe(15);
  });

  it("says the same in words, and each span by itself", () => {
    expect(view.words).toBe("worst state of 4 spans of 1 min: down in 1, degraded in 1, up in 1, no data in 1");
    expect(view.buckets.map(({ tone, word }) => [tone, word])).toEqual([
      ["unknown", "nobody looked"],
      ["pass", "up"],
      ["fail", "down and better"],
      ["warn", "degraded"],
    ]);
    expect(view.buckets[1]).toMatchObject({ fromMs: NOW_MS - 120_000, toMs: NOW_MS - 60_000 });
  });
});

describe("the timeline", () => {
  it("tells how long each state lasted, and of the present one how long so far", () => {
    expect(timelineRows(history(), { filter: null, nowMs: NOW_MS })).toMatchObject([
      { to: { word: "up" }, lasted: "30 s", isOver: false, code: null, sentence: "is fine" },
      { to: { word: "down" }, lasted: "1 min 5 s", isOver: true, code: "refused", sentence: "refused the connection" },
    ]);
  });

  it("shows one check alone when asked to", () => {
    expect(timelineRows(history(), { filter: "db", nowMs: NOW_MS })).toHaveLength(2);
    expect(timelineRows(history(), { filter: "other", nowMs: NOW_MS })).toEqual([]);
  });
});

describe("a sparkline", () => {
  it("runs from the oldest to the newest at the right end, up to the longest", () => {
    expect(sparkline([0, 10])).toEqual({
      points: "2,18 88,2",
      last: { x: 88, y: 2 },
      words: "last 2 runs: 0 to 10 ms, median 10 ms",
    });
  });

  it("is a point of one run, and nothing of none", () => {
    expect(sparkline([5])?.points).toBe("88,2");
    expect(sparkline([])).toBeNull();
  });
});
