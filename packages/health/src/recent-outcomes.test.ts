import fc from "fast-check";
import { expect, it } from "vitest";
import { readRecent } from "./recent-codec.js";
import { MAX_RECENT, outcomesBefore, type RecentOutcome, recentOutcomes } from "./recent-outcomes.js";
import type { CheckRecord } from "./snapshot.js";
import { sampleRecord } from "./testing/sample-record.js";

function publishMany(count: number): CheckRecord {
  let previous: CheckRecord | null = null;
  for (let run = 1; run <= count; run += 1) {
    previous = sampleRecord("db", { runId: `db.${run}`, atMs: run, recent: outcomesBefore(previous) });
  }
  return previous ?? sampleRecord("db");
}

it("keeps the last five, newest first, each with the time it was published", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), (count) => {
      const kept = recentOutcomes(publishMany(count));
      const expected = Array.from({ length: Math.min(count, MAX_RECENT) }, (_, index) => count - index);
      expect(kept.map(({ atMs, runId }) => [atMs, runId])).toEqual(expected.map((run) => [run, `db.${run}`]));
    }),
  );
});

it("never passes on more than five, whatever a record holds", () => {
  const recent = recentOutcomes(publishMany(5));
  const record = sampleRecord("db", { recent: [...recent, ...recent] });
  expect(recentOutcomes(record)).toHaveLength(MAX_RECENT);
  expect(outcomesBefore(record)).toHaveLength(MAX_RECENT - 1);
});

it("has nothing before the first", () => {
  expect(outcomesBefore(null)).toEqual([]);
});

it("keeps no measure and no text of a run", () => {
  const outcome = { status: "pass", code: "ok", durationMs: 3, measures: { length: { value: 16, unit: "" } } } as const;
  expect(Object.keys(recentOutcomes(sampleRecord("db", { outcome }))[0] ?? {}).sort()).toEqual([
    "atMs",
    "code",
    "durationMs",
    "runId",
    "status",
  ]);
});

const GOOD: RecentOutcome = { status: "fail", code: "dns", durationMs: 2, runId: "db.1", atMs: 5 };

it.each<[string, unknown, RecentOutcome[]]>([
  ["a record of a version that kept none", undefined, []],
  ["no list", { length: 3 }, []],
  ["junk beside a good one", [null, 7, "x", { ...GOOD, code: "hunter2" }, GOOD], [GOOD]],
  ["another status", [{ ...GOOD, status: "down" }], []],
  ["a time before the beginning", [{ ...GOOD, atMs: -1 }], []],
  ["a duration that is no number", [{ ...GOOD, durationMs: "3" }], []],
  ["an endless time", [{ ...GOOD, atMs: Number.POSITIVE_INFINITY }], []],
  ["a time that is no number", [{ ...GOOD, atMs: "5" }], []],
  ["a run id that is no text", [{ ...GOOD, runId: 7 }], []],
  ["a duration and a time of zero", [{ ...GOOD, durationMs: 0, atMs: 0 }], [{ ...GOOD, durationMs: 0, atMs: 0 }]],
  ["more than five", Array(2_000).fill(GOOD), Array(5).fill(GOOD)],
  [
    "more of it than we wrote",
    [{ ...GOOD, secret: "hunter2", runId: "x".repeat(500) }],
    [{ ...GOOD, runId: "x".repeat(128) }],
  ],
])("reads %s", (_name, stored, expected) => {
  expect(readRecent(stored)).toEqual(expected);
});
