import { describe, expect, it } from "vitest";
import { parseIsoTime } from "./iso-time.js";

const NOON = Date.UTC(2024, 0, 31, 12);

describe("parseIsoTime", () => {
  it.each([
    ["2024-01-31T12:00:00Z", NOON, NOON],
    ["2024-01-31T12:00:00.123456Z", NOON + 123, NOON + 123],
    ["2024-01-31T12:00:00+02:00", NOON, NOON - 7_200_000],
    ["2024-01-31T12:00:00-0830", NOON, NOON + 30_600_000],
    ["2024-01-31 12:00:00+01", NOON, NOON - 3_600_000],
    ["2024-01-31T12:00:00.5", NOON + 500, null],
    ["2024-01-31T12:00", NOON, null],
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
    "31 January 2024",
    "1706702400",
  ])("refuses %j", (text) => {
    expect(parseIsoTime(text)).toBeNull();
  });
});
