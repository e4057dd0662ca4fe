import { describe, expect, it } from "vitest";
import { decodeChange } from "./change-codec.js";

describe("decodeChange", () => {
  it("reads a publication, its record as text", () => {
    const text = '{"v":1,"prev":4,"seq":5,"field":"db@host-a","record":{"v":1,"seq":5}}';
    expect(decodeChange(text)).toEqual({
      previous: 4,
      sequence: 5,
      record: { field: "db@host-a", text: '{"v":1,"seq":5}' },
    });
  });

  it("reads a change that only a full read shows", () => {
    expect(decodeChange('{"v":1,"prev":4,"seq":5}')).toEqual({ previous: 4, sequence: 5, record: null });
  });

  it.each([
    ["nothing", ""],
    ["random text", "\u0000\ufffd{{{"],
    ["null", "null"],
    ["a number", "5"],
    ["a text", '"change"'],
    ["an array", "[]"],
    ["another version", '{"v":2,"prev":4,"seq":5}'],
    ["a text for a sequence", '{"v":1,"prev":"4","seq":5}'],
    ["no sequence", '{"v":1,"prev":4}'],
    ["a field without its record", '{"v":1,"prev":4,"seq":5,"field":"db"}'],
    [
      "brackets deeper than a stack",
      `{"v":1,"prev":4,"seq":5,"field":"db","record":${"[".repeat(9_000)}${"]".repeat(9_000)}}`,
    ],
    ["10 MB", `{"v":1,"prev":4,"seq":5,"field":"db","record":"${"x".repeat(10_000_000)}"}`],
  ])("is null for %s, and never throws", (_name, text) => {
    expect(decodeChange(text)).toBeNull();
  });
});
