import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "./duration.js";
import { InvalidUnitError } from "./errors.js";

describe("parseDuration", () => {
  it.each([
    ["1ms", 1],
    ["30s", 30_000],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["30d", 2_592_000_000],
    ["2w", 1_209_600_000],
  ])("reads %s as %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "30", "1M", "1.5h", "-1s", "0s", " 1s", "1s ", "1 s", "1S", "01s", "1y", "1s\n", 30, null, undefined])(
    "refuses %j and names it",
    (value) => {
      expect(() => parseDuration(value)).toThrow(InvalidUnitError);
      expect(() => parseDuration(value)).toThrow(
        /is not a duration: write a whole number and one of ms, s, m, h, d, w/,
      );
    },
  );
});

describe("formatDuration", () => {
  it.each([
    [1, "1ms"],
    [1_500, "1500ms"],
    [90_000, "90s"],
    [3_600_000, "1h"],
    [604_800_000, "1w"],
    [0, "0ms"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
