import { expect, it } from "vitest";
import { nagiosResult, nagiosUnknown } from "./nagios.js";

it.each([
  ["pass", 0, "OK"],
  ["warn", 1, "WARNING"],
  ["fail", 2, "CRITICAL"],
] as const)("a %s ends with %d and begins with %s", (verdict, exitCode, word) => {
  expect(nagiosResult(verdict, "all said", [])).toEqual({ exitCode, line: `${word} - all said` });
});

it("where there is no verdict it is unknown, in one line and without the bar that begins the numbers", () => {
  expect(nagiosUnknown("a | b\nc\u001b[2K")).toEqual({ exitCode: 3, line: "UNKNOWN - a / b c\\u{1b}[2K" });
});

it("numbers follow a bar, with the units Nagios knows and without others", () => {
  const { line } = nagiosResult("pass", "x", [
    { label: "a.duration", value: 12, unit: "ms" },
    { label: "b.free", value: 5, unit: "bytes" },
    { label: "c.used", value: 1.5, unit: "%" },
    { label: "d.jobs", value: 3, unit: "" },
    { label: "e.odd", value: 4, unit: "furlongs" },
  ]);
  expect(line).toBe("OK - x|'a.duration'=12ms 'b.free'=5B 'c.used'=1.5% 'd.jobs'=3 'e.odd'=4");
});
