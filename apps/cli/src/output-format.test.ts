import { expect, it } from "vitest";
import { outputFormatOf } from "./output-format.js";

it.each([
  [["check"], "text"],
  [["check", "--json"], "json"],
  [["--json", "check"], "json"],
  [["check", "--", "--json"], "text"],
  [["check", "--format", "nagios"], "nagios"],
  [["check", "--format=nagios"], "nagios"],
  [["nagios"], "text"],
  [["check", "nagios", "--format"], "text"],
])("%j asks for %s", (args, format) => {
  expect(outputFormatOf(args)).toBe(format);
});
