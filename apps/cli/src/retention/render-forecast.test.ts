import { expect, it } from "vitest";
import { renderForecast } from "./render-forecast.js";

const DAY_MS = 86_400_000;
const GROWTH = { sessionsPerDay: 3, arrivedBytesPerDay: 3 * 2 ** 30, freedBytesPerDay: 2 ** 30, diskBytesPerDay: null };

it("tells how a root grows, and when which mark is reached", () => {
  const marks = [
    { mark: "max_bytes", leftBytes: 0, atMs: 1_000 },
    { mark: "min_free", leftBytes: 1, atMs: 1_000 + 12 * DAY_MS },
    { mark: "full", leftBytes: 2, atMs: null },
  ] as const;
  expect(renderForecast({ days: 7, ...GROWTH, marks }, 1_000)).toBe(
    "by the last 7 days 3GiB a day come and 1GiB go; keep.maxBytes is reached now; less than minFree.warn is free in 12d; the disk is full never",
  );
});

it("of one day too", () => {
  expect(renderForecast({ days: 1, ...GROWTH, marks: [] }, 0)).toBe("by the last 1 day 3GiB a day come and 1GiB go");
});

it("of the disk too, once runs have seen it fill", () => {
  const disk = { ...GROWTH, diskBytesPerDay: 2 ** 20, days: 0, marks: [] };
  expect(renderForecast(disk, 0)).toBe("the disk fills by 1MiB a day");
  expect(renderForecast({ ...disk, days: 2, diskBytesPerDay: -1 }, 0)).toBe(
    "by the last 2 days 3GiB a day come and 1GiB go",
  );
});
