import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarMs, parseIsoTime } from "./iso-time.js";

const NOON = Date.UTC(2024, 0, 31, 12);

describe("parseIsoTime", () => {
  it.each([
    ["2024-01-31T12:00:00Z", NOON, NOON],
    ["2024-01-31T12:00:00.123456Z", NOON + 123, NOON + 123],
    ["2024-01-31T12:00:00+02:00", NOON, NOON - 7_200_000],
    ["2024-01-31T12:00:00-0830", NOON, NOON + 30_600_000],
    ["2024-01-31 12:00:00+01", NOON, NOON - 3_600_000],
    ["2024-01-31T12:00:00.5", NOON + 500, null],
    ["2024-01-31T12:00:00,25", NOON + 250, null],
    ["2024-01-31T12:00:00.999999999Z", NOON + 999, NOON + 999],
    ["2024-01-31T12:00", NOON, null],
    ["2024-01-31T12:00Z", NOON, NOON],
    ["2024-01-31T12:00:00+23:59", NOON, NOON - 86_340_000],
    ["2024-01-31T12:00:00-19", NOON, NOON + 68_400_000],
  ])("reads %s", (text, wallMs, instantMs) => {
    expect(parseIsoTime(text)).toEqual({ wallMs, instantMs });
  });

  it.each([
    "",
    "2024-01-31",
    "20240131T120000Z",
    "2024-02-30T12:00:00Z",
    "2024-01-31T24:00:00Z",
    "2024-01-31T12:00:00+25:00",
    "2024-01-31T12:00:00+01:60",
    "2024-01-31T12:00:00Z\n",
    "on 2024-01-31T12:00:00Z",
    "2024-01-31T12:00:00.Z",
    "2024-01-31T12:00:00.1234567890Z",
    "2024-01-31T12:00:0Z",
    "2024-01-31T12:00:00ZZ",
    "2024-01-31T12:00:00+1",
    "2024-01-31_12:00:00Z",
    "31 January 2024",
    "1706702400",
  ])("refuses %j", (text) => {
    expect(parseIsoTime(text)).toBeNull();
  });
});

describe("calendarMs", () => {
  it("knows the same moments as Date, from year 0 to 9999, and no others", () => {
    const digits = (length: number, max: number) => fc.nat(max).map((value) => String(value).padStart(length, "0"));
    const date = fc.tuple(digits(4, 9_999), digits(2, 13), digits(2, 32));
    const time = fc.tuple(digits(2, 24), digits(2, 60), digits(2, 60));
    const property = fc.property(date, time, ([year, month, day], [hour, minute, second]) => {
      const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
      const atMs = Date.parse(text);
      // Date rolls 31 February over; only what prints as it was written is real.
      const isReal = Number.isFinite(atMs) && new Date(atMs).toISOString() === text;
      expect(calendarMs(`${year}${month}${day}`, `${hour}${minute}${second}`)).toBe(isReal ? atMs : null);
    });
    fc.assert(property, {
      numRuns: 3_000,
      examples: [
        [
          ["2000", "02", "29"],
          ["23", "59", "59"],
        ],
        [
          ["1900", "02", "29"],
          ["00", "00", "00"],
        ],
        [
          ["0000", "02", "29"],
          ["00", "00", "00"],
        ],
        [
          ["0000", "01", "01"],
          ["00", "00", "00"],
        ],
      ],
    });
  });
});
