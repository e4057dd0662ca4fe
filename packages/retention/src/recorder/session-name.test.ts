import { describe, expect, it } from "vitest";
import { formatSessionName, parseSessionName } from "./session-name.js";

describe("parseSessionName", () => {
  it.each([
    ["call_20240131_235959", "call", Date.UTC(2024, 0, 31, 23, 59, 59)],
    ["team_a_standup_20240229_000000", "team_a_standup", Date.UTC(2024, 1, 29)],
    ["a_20230101_000000_20240101_120000", "a_20230101_000000", Date.UTC(2024, 0, 1, 12)],
    ["a__20240101_000000", "a_", Date.UTC(2024, 0, 1)],
    ["0.x-Y_20240101_000000", "0.x-Y", Date.UTC(2024, 0, 1)],
    [`${"a".repeat(128)}_20240101_000000`, "a".repeat(128), Date.UTC(2024, 0, 1)],
  ])("splits %s at the last two underscores", (name, sessionId, stampMs) => {
    expect(parseSessionName(name)).toEqual({ sessionId, stampMs });
  });

  it.each([
    "",
    "my_project_notes",
    "_20240101_000000",
    "-a_20240101_000000",
    ".a_20240101_000000",
    "a_2024010_1000000",
    "a_20240101_00000",
    "a_20240101_0000000",
    "a_20240101-000000",
    "a_20240101_000000.bak",
    "a_20240101_000000\n",
    "a_20240101_000000\nx",
    "x\na_20240101_000000",
    "a b_20240101_000000",
    "a/b_20240101_000000",
    "é_20240101_000000",
    "a_20240101_00000٠",
    "20240101_000000",
    `${"a".repeat(129)}_20240101_000000`,
  ])("knows that %j is none of ours", (name) => {
    expect(parseSessionName(name)).toBeNull();
  });

  it.each([
    "a_20240230_000000",
    "a_20230229_000000",
    "a_20241301_000000",
    "a_20240001_000000",
    "a_20240100_000000",
    "a_20240101_240000",
    "a_20240101_006000",
    "a_20240101_000060",
    "a_99999999_999999",
  ])("knows that %s names no real time", (name) => {
    expect(parseSessionName(name)).toBeNull();
  });

  it("reads back what is written", () => {
    const startedAt = new Date(Date.UTC(2024, 1, 29, 1, 2, 3));
    expect(formatSessionName("team_a", startedAt)).toBe("team_a_20240229_010203");
    expect(parseSessionName("team_a_20240229_010203")?.stampMs).toBe(startedAt.getTime());
  });
});
