import { expect, it } from "vitest";
import { wantsColour } from "./wants-colour.js";

it.each<[string, string[], Record<string, string>, boolean, boolean]>([
  ["a terminal", [], {}, true, true],
  ["a pipe", [], {}, false, false],
  ["a dumb terminal", [], { TERM: "dumb" }, true, false],
  ["NO_COLOR", [], { NO_COLOR: "1" }, true, false],
  ["an empty NO_COLOR", [], { NO_COLOR: "" }, true, true],
  ["FORCE_COLOR on a pipe", [], { FORCE_COLOR: "1" }, false, true],
  ["FORCE_COLOR=0 on a terminal", [], { FORCE_COLOR: "0" }, true, false],
  ["NO_COLOR against FORCE_COLOR", [], { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
  ["--no-color against FORCE_COLOR", ["status", "--no-color"], { FORCE_COLOR: "1" }, true, false],
])("%s", (_name, args, env, isTerminal, expected) => {
  expect(wantsColour({ args, env, isTerminal })).toBe(expected);
});
