import { describe, expect, it } from "vitest";
import { sampleRecord } from "../testing/sample-record.js";
import { markStrips } from "./mark-strips.js";
import { bucketOf } from "./ranges.js";
import { type SeenSource, seenSpans } from "./seen-spans.js";
import { bucketsUntil } from "./strip.js";

// Stale after 2 × 10 s + 5 s + 5 s.
const SPEC = { everyMs: 10_000, timeoutMs: 5_000 };
const STALE_MS = 30_000;
const T = 1_000_000;

function outcomes(...atMs: number[]) {
  const [last = 0, ...before] = atMs.toReversed();
  return {
    atMs: last,
    recent: before.map((at) => ({ status: "pass" as const, code: "ok" as const, durationMs: 1, runId: "r", atMs: at })),
  };
}

function seen(source: Partial<SeenSource> & Pick<SeenSource, "record">) {
  return seenSpans({ spec: SPEC, transitions: [], fromMs: Number.NEGATIVE_INFINITY, nowMs: T, ...source });
}

/** How much of the time between two moments was seen in a state, by the millisecond's edges. */
function isSeen(spans: ReturnType<typeof seenSpans>, atMs: number): string | null {
  return spans.find(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs)?.state ?? null;
}

describe("what a check was seen to be", () => {
  it("is its state for as long as a result is evidence, and nothing a millisecond later", () => {
    const spans = seen({ record: sampleRecord("db", { sinceMs: T - 100_000, ...outcomes(T - 90_000) }) });
    expect([-90_001, -90_000, -60_000, -59_999].map((ms) => isSeen(spans, T + ms))).toEqual([null, "up", "up", null]);
  });

  it("has a gap where there was no worker, though the state was the same before and after", () => {
    const record = sampleRecord("db", { sinceMs: T - 900_000, ...outcomes(T - 500_000, T - 490_000, T - 5_000) });
    const spans = seen({ record });
    expect([-495_000, -460_000, -400_000, -6_000, -5_000, 0].map((ms) => isSeen(spans, T + ms))).toEqual([
      "up",
      "up",
      null,
      null,
      "up",
      "up",
    ]);
  });

  it("changes when the state did", () => {
    const record = sampleRecord("db", { state: "down", sinceMs: T - 20_000, ...outcomes(T - 50_000, T - 20_000) });
    const transitions = [
      { from: "unknown", to: "up", atMs: T - 50_000 },
      { from: "up", to: "down", atMs: T - 20_000 },
    ] as const;
    const spans = seen({ record, transitions });
    expect([-50_001, -50_000, -21_000, -19_999].map((ms) => isSeen(spans, T + ms))).toEqual([null, "up", "up", "down"]);
  });

  it("is not told of the time before the present state where its change is not known", () => {
    const record = sampleRecord("db", { state: "down", sinceMs: T - 20_000, ...outcomes(T - 40_000, T - 20_000) });
    const spans = seen({ record });
    expect([isSeen(spans, T - 30_000), isSeen(spans, T - 20_000)]).toEqual([null, "down"]);
  });

  it("is asked for from a moment on", () => {
    const spans = seen({ record: sampleRecord("db", { sinceMs: 0, ...outcomes(T - 20_000) }), fromMs: T - 3_000 });
    expect(spans).toEqual([{ state: "up", fromMs: T - 3_000, toMs: T }]);
  });

  it("ends with the last result of a worker that has left", () => {
    const record = sampleRecord("disk", { host: "a", withdrawn: true, sinceMs: 0, ...outcomes(T - 20_000) });
    expect(seen({ record })).toEqual([{ state: "up", fromMs: T - 20_000, toMs: T - 20_000 }]);
  });
});

it("marks each bucket with what was seen in it: a time without a worker stays empty", () => {
  const record = sampleRecord("db", { sinceMs: 0, ...outcomes(T - 600_000, T) });
  const [hour] = markStrips("db", seen({ record }));
  const worst = hour && bucketsUntil(hour.strip, bucketOf(T, "1h")).map((bucket) => bucket.worst);
  const last = (STALE_MS + T - 600_000) / 60_000;
  expect(worst?.slice(-12).filter((state) => state === "up").length).toBe(
    Math.floor(last) - Math.floor((T - 600_000) / 60_000) + 2,
  );
  expect(worst?.slice(-8, -1)).toEqual(Array(7).fill(null));
  expect(worst?.at(-1)).toBe("up");
});
