import { expect, it } from "vitest";
import { durationsBefore, readDurations, recentDurations } from "./recent-durations.js";
import { sampleRecord } from "./testing/sample-record.js";

const record = (durationMs: number, durationsMs: readonly number[]) =>
  sampleRecord("db", { outcome: { status: "pass", code: "ok", durationMs, measures: {} }, durationsMs });

it("tells the last 30 durations newest first, to a tenth of a millisecond", () => {
  expect(recentDurations(record(1.26, [4, 5]))).toEqual([1.3, 4, 5]);
  const many = Array.from({ length: 40 }, (_, index) => index);
  expect(recentDurations(record(7, many))).toEqual([7, ...many.slice(0, 29)]);
});

it("leaves room for the next run's own", () => {
  expect(durationsBefore(null)).toEqual([]);
  expect(durationsBefore(record(7, Array(29).fill(1)))).toEqual([7, ...Array(28).fill(1)]);
});

it.each([null, "1", { length: 2 }])("reads %j as no durations", (value) => {
  expect(readDurations(value)).toEqual([]);
});

it("reads what is a duration, and no more than there can be", () => {
  expect(readDurations([1, -1, Number.NaN, "2", null, 0.5])).toEqual([1, 0.5]);
  expect(readDurations(Array(1_000).fill(1))).toHaveLength(29);
});
