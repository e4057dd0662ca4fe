import { describe, expect, it } from "vitest";
import { InvalidUnitError } from "./errors.js";
import { formatSize, parseSize } from "./size.js";

describe("parseSize", () => {
  it.each([
    ["512B", 512],
    ["1kB", 1_000],
    ["5GB", 5_000_000_000],
    ["5GiB", 5_368_709_120],
    ["1TiB", 1_099_511_627_776],
  ])("reads %s as %d bytes", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(["", "5", "5G", "5gib", "5.5GiB", "-1B", "0B", "5 GiB", "5GiB\n", "999999999999999TiB", 5, null])(
    "refuses %j and names it",
    (value) => {
      expect(() => parseSize(value)).toThrow(InvalidUnitError);
      expect(() => parseSize(value)).toThrow(/is not a size: write a whole number and one of B, kB/);
    },
  );
});

describe("formatSize", () => {
  it.each([
    [0, "0B"],
    [1_023, "1023B"],
    [1_536, "1.5KiB"],
    [5_368_709_120, "5GiB"],
  ])("writes %d bytes as %s", (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});
