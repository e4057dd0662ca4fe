import { beforeEach, describe, expect, it } from "vitest";
import { logConsole, type Printer } from "./log-console.js";

let lines: (readonly [level: string, message: string, fields: unknown])[];
let nowMs: number;
let printer: Printer;

beforeEach(() => {
  lines = [];
  nowMs = 1_000;
  const nothing = () => {
    throw new Error("printed past the log");
  };
  printer = { error: nothing, warn: nothing, trace: nothing, log: nothing, info: nothing, debug: nothing };
  const note = (level: string) => (message: string, fields: unknown) => void lines.push([level, message, fields]);
  logConsole({ info: note("info"), warn: note("warn") }, { printer, monotonicMs: () => nowMs });
});

describe("what is printed", () => {
  it.each([
    ["error", "warn"],
    ["warn", "warn"],
    ["trace", "warn"],
    ["log", "info"],
    ["info", "info"],
    ["debug", "info"],
  ] as const)("by %s is a line of level %s, formatted as it would have been", (method, level) => {
    printer[method]("%s of %d:", "two", 3, { a: 1 });
    expect(lines).toEqual([[level, "printed", { text: "two of 3: { a: 1 }", leftOut: 0 }]]);
  });

  it("is told once in 10 s, and then how often it was left out; another text at once", () => {
    for (let time = 0; time < 5; time += 1) printer.warn("again");
    printer.warn("another");
    nowMs += 9_999;
    printer.warn("again");
    nowMs += 1;
    printer.warn("again");
    const told = (text: string, leftOut: number) => ["warn", "printed", { text, leftOut }];
    expect(lines).toEqual([told("again", 0), told("another", 0), told("again", 5)]);
  });

  it("is cut", () => {
    printer.log("a".repeat(5_000));
    expect(lines).toEqual([["info", "printed", { text: "a".repeat(2_000), leftOut: 0 }]]);
  });

  it("is forgotten where there is more of it than a hundred texts", () => {
    for (let index = 0; index < 101; index += 1) printer.log(`text ${index}`);
    printer.log("text 100");
    printer.log("text 0");
    expect(lines).toHaveLength(102);
  });
});
