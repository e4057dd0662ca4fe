import { expect, it } from "vitest";
import { humanDuration, humanTime } from "./human.js";

it.each([
  [null, "-"],
  [-5, "0ms"],
  [0, "0ms"],
  [999, "999ms"],
  [1_000, "1s"],
  [1_499, "1s"],
  [61_234, "61s"],
  [119_000, "119s"],
  [120_000, "2m"],
  [3_723_000, "62m"],
  [7_200_000, "2h"],
  [26 * 3_600_000 + 1, "26h"],
  [12.3 * 86_400_000, "12d"],
  [14 * 86_400_000, "2w"],
])("shows %j ms as %s", (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

it.each([
  [null, "-"],
  [Number.NaN, "-"],
  [1e300, "-"],
  [Date.UTC(2026, 10, 24, 8, 15, 0, 999), "2026-11-24 08:15:00Z"],
])("shows the moment %j as %s", (atMs, text) => {
  expect(humanTime(atMs)).toBe(text);
});
