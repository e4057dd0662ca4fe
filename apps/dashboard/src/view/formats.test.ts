import { describe, expect, it } from "vitest";
import { hrefOf, readAddress } from "./address.js";
import { formatBytes } from "./format-bytes.js";
import { formatDuration } from "./format-duration.js";
import { formatTime, offsetOf } from "./format-time.js";
import { measuresInWords } from "./measures.js";

it.each([
  [0, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [125_000, "2 min 5 s"],
  [3_605_000, "1 h"],
  [90_000_000, "1 d 1 h"],
  [-5, "0 s"],
  [null, "–"],
])("%j ms is shown as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_024, "1.0 KiB"],
  [5 * 1024 ** 5, "5120 TiB"],
])("%i bytes are shown as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

describe("a moment", () => {
  const ms = Date.UTC(2026, 6, 1, 22, 30, 5);

  it("is the time of day in the page's zone, with the date on another day there", () => {
    expect(formatTime(ms, { zone: "UTC", nowMs: ms }).text).toBe("22:30:05");
    expect(formatTime(ms, { zone: "Europe/Berlin", nowMs: ms - 3_600_000 }).text).toBe("2 Jul 00:30:05");
    expect(formatTime(ms, { zone: "Europe/Berlin", nowMs: ms }).text).toBe("00:30:05");
  });

  it("says its whole date and zone to whoever asks", () => {
    expect(formatTime(ms, { zone: "Asia/Kolkata", nowMs: ms })).toMatchObject({
      // How a date is punctuated changes with the platform's data.
      full: expect.stringMatching(/^Thu,? 2 Jul 2026,? 04:00:05 Asia\/Kolkata$/),
      iso: "2026-07-01T22:30:05.000Z",
    });
  });

  it("has a zone whose offset is told for that time of the year", () => {
    expect(offsetOf("Europe/Berlin", ms)).toBe("UTC+02:00");
    expect(offsetOf("UTC", ms)).toBe("UTC");
  });
});

it("numbers stand with their units, and names without them", () => {
  const measures = {
    freeInodesPercent: { value: 87.34, unit: "%" },
    uptimeSeconds: { value: 7_200, unit: "s" },
    queryMs: { value: 3, unit: "ms" },
    depth: { value: 4, unit: "" },
  };
  expect(measuresInWords(measures)).toBe("free inodes 87.3 %, uptime 2 h, query 3 ms, depth 4");
});

describe("an address", () => {
  it.each([
    ["", "./"],
    ["?check=ffmpeg%40host-a&range=7d&only=ffmpeg&kiosk=1", "?check=ffmpeg%40host-a&range=7d&only=ffmpeg&kiosk=1"],
    ["?range=24h", "./"],
    ["?range=1y&kiosk=0&check=", "./"],
  ])("read from %j is written %j", (query, href) => {
    expect(hrefOf(readAddress(query))).toBe(href);
  });
});
