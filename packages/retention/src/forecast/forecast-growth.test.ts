import { describe, expect, it } from "vitest";
import { forecastGrowth, type GrowthFacts } from "./forecast-growth.js";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2024, 2, 11, 12);
const DISK = { freeBytes: 1_000, totalBytes: 5_000 };

describe("forecastGrowth", () => {
  it("says when less than the mark is free, the disk is full and the sessions take too much, the first first", () => {
    const { marks } = forecast({
      policy: { maxBytes: 700, minFree: { warnBytes: 400, targetBytes: 500 } },
      keptBytes: 300,
      arrivals: [arrival("2024-03-10", 200)],
    });
    expect(marks).toEqual([
      { mark: "max_bytes", leftBytes: 400, atMs: NOW_MS + 2 * DAY_MS },
      { mark: "min_free", leftBytes: 600, atMs: NOW_MS + 3 * DAY_MS },
      { mark: "full", leftBytes: 1_000, atMs: NOW_MS + 5 * DAY_MS },
    ]);
  });

  it("takes the mean of the whole days since the first that is known, those without a session counted in", () => {
    const arrivals = [arrival("2024-03-07", 100, 3), arrival("2024-03-10", 300, 1)];
    expect(forecast({ arrivals })).toMatchObject({ days: 4, sessionsPerDay: 1, arrivedBytesPerDay: 100 });
  });

  it("leaves today out, which is not over", () => {
    const arrivals = [arrival("2024-03-10", 100), arrival("2024-03-11", 9_000), arrival("2024-03-12", 9_000)];
    expect(forecast({ arrivals })).toMatchObject({ days: 1, arrivedBytesPerDay: 100 });
  });

  it("counts what runs freed on the same days against what came", () => {
    const freed = (day: number, bytesFreed: number) => ({
      finishedAtMs: Date.UTC(2024, 2, day, 23, 59),
      bytesFreed,
      freeBytes: null,
    });
    const known = { arrivals: [arrival("2024-03-09", 300)], runs: [freed(8, 999), freed(9, 80), freed(10, 20)] };
    const { freedBytesPerDay, marks } = forecast({ ...known, runs: [...known.runs, freed(11, 999)] });
    expect(freedBytesPerDay).toBe(50);
    expect(marks).toEqual([{ mark: "full", leftBytes: 1_000, atMs: NOW_MS + 10 * DAY_MS }]);
  });

  it("goes by what was free after each run, once that is known for a day, whatever came and went", () => {
    const run = (daysAgo: number, freeBytes: number | null) => {
      return { finishedAtMs: NOW_MS - daysAgo * DAY_MS, bytesFreed: 0, freeBytes };
    };
    const arrivals = [arrival("2024-03-10", 900)];
    const filling = forecast({ arrivals, runs: [run(2, 1_400), run(1.5, null), run(1, 1_200), run(0, 1_000)] });
    expect(filling.diskBytesPerDay).toBeCloseTo(200);
    expect(filling.marks[0]?.atMs).toBeCloseTo(NOW_MS + 5 * DAY_MS, -2);
    expect(forecast({ runs: [run(1, 900), run(0, 1_000)] })).toMatchObject({
      diskBytesPerDay: -100,
      marks: [{ mark: "full", atMs: null }],
    });
    expect(forecast({ runs: [run(0.9, 1_400), run(0, 1_000)] }).diskBytesPerDay).toBeNull();
  });

  it("says never where no less comes to stay than goes", () => {
    const runs = [{ finishedAtMs: NOW_MS - DAY_MS, bytesFreed: 100, freeBytes: null }];
    const { marks } = forecast({ arrivals: [arrival("2024-03-10", 100)], runs });
    expect(marks).toEqual([{ mark: "full", leftBytes: 1_000, atMs: null }]);
  });

  it("knows no time from less than a whole day", () => {
    const nothing = { sessionsPerDay: 0, arrivedBytesPerDay: 0, freedBytesPerDay: 0, diskBytesPerDay: null };
    const marks = [{ mark: "full", leftBytes: 1_000, atMs: null }];
    expect(forecast({ arrivals: [] })).toEqual({ days: 0, ...nothing, marks });
    expect(forecast({ arrivals: [arrival("2024-03-11", 5)] })).toEqual({ days: 0, ...nothing, marks });
  });

  it("says now of a mark that is reached already, whatever the growth", () => {
    const policy = { maxBytes: 300, minFree: { warnBytes: 1_200, targetBytes: 1_300 } };
    const { marks } = forecast({ policy, keptBytes: 300, arrivals: [] });
    expect(marks.slice(0, 2)).toEqual([
      { mark: "min_free", leftBytes: -200, atMs: NOW_MS },
      { mark: "max_bytes", leftBytes: 0, atMs: NOW_MS },
    ]);
  });

  it("says nothing of a mark whose bytes nobody has measured", () => {
    const { marks } = forecast({ policy: { maxBytes: 300, minFree: null }, keptBytes: null });
    expect(marks.map(({ mark }) => mark)).toEqual(["full"]);
  });
});

function forecast(facts: Partial<GrowthFacts>) {
  const policy = { maxBytes: null, minFree: null };
  return forecastGrowth({ nowMs: NOW_MS, disk: DISK, policy, keptBytes: null, arrivals: [], runs: [], ...facts });
}

function arrival(day: string, bytes: number, sessions = 1) {
  return { day, sessions, bytes };
}
