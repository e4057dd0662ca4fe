import type { State } from "@caretaker/health";
import { expect, it } from "vitest";
import { createTransitionLog, type PublishedOutcome } from "./transition-log.js";

function setUp() {
  const lines: [level: string, message: string, fields: unknown][] = [];
  const write = (level: string) => (message: string, fields?: unknown) => lines.push([level, message, fields]);
  let nowMs = 0;
  const log = createTransitionLog({ info: write("info"), warn: write("warn"), error: write("error") }, () => nowMs);
  const tell = (from: State, to: State, error?: unknown) =>
    log.published({ key: { check: "db", host: null }, from, to, outcome: OUTCOME, runId: "db.1", error });
  return {
    lines,
    tell,
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

const OUTCOME: PublishedOutcome["outcome"] = { status: "fail", code: "refused", durationMs: 3, measures: {} };

it("logs a change of state once, and the raw error with it", () => {
  const { lines, tell } = setUp();
  const error = new Error("raw");
  tell("unknown", "up");
  tell("up", "up");
  tell("up", "down", error);
  expect(lines.map(([level, message]) => [level, message])).toEqual([
    ["info", "check state"],
    ["warn", "check state"],
  ]);
  expect(lines[1]?.[2]).toMatchObject({ check: "db", from: "up", to: "down", code: "refused", runId: "db.1", error });
});

it("says again that a check is down after 10 min, and not a millisecond earlier", () => {
  const { lines, tell, wait } = setUp();
  tell("up", "down");
  wait(599_999);
  tell("down", "down");
  expect(lines).toHaveLength(1);
  wait(1);
  tell("down", "down");
  expect(lines[1]?.[1]).toBe("check still down");
  wait(599_999);
  tell("down", "down");
  expect(lines).toHaveLength(2);
});
