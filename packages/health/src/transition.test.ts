import { describe, expect, it } from "vitest";
import type { Outcome } from "./outcome.js";
import { next, type Progress } from "./state.js";
import { sampleRecord } from "./testing/sample-record.js";
import { type CounterRule, decodeTransition, encodeCause, ruleOf } from "./transition.js";

const FAIL: Outcome = { status: "fail", code: "refused", durationMs: 7, measures: { load: { value: 1, unit: "" } } };
const PLACE = { id: "17-0", check: "db", host: null };
const FIELDS = { from: "up", to: "down", code: "refused", runId: "db.3", at: "1000" };

const CAUSE = '{"status":"fail","durationMs":1,"counter":{"outcome":"fail","count":1,"of":2},"before":[]}';

function causeOf(previous: Parameters<typeof encodeCause>[0], outcome = FAIL) {
  return decodeTransition(PLACE, { ...FIELDS, cause: encodeCause(previous, outcome) })?.cause;
}

describe("a transition", () => {
  it("reads back with the chain that led to it", () => {
    const previous = sampleRecord("db", { pending: { outcome: "fail", count: 1, of: 2 }, outcome: FAIL });
    expect(decodeTransition(PLACE, { ...FIELDS, cause: encodeCause(previous, FAIL) })).toEqual({
      ...PLACE,
      from: "up",
      to: "down",
      code: "refused",
      runId: "db.3",
      atMs: 1_000,
      cause: {
        status: "fail",
        durationMs: 7,
        counter: { outcome: "fail", count: 2, of: 2 },
        before: [{ status: "fail", code: "refused", durationMs: 7, runId: previous.runId, atMs: previous.atMs }],
      },
    });
  });

  it("counts to the threshold whenever the state machine lets it happen", () => {
    const thresholds = { failureThreshold: 3, successThreshold: 2 };
    let progress: Progress = { state: "up", pending: null };
    for (let run = 1; run <= 3; run += 1) {
      const cause = causeOf(sampleRecord("db", { pending: progress.pending }));
      progress = next(progress, FAIL, thresholds);
      expect(cause?.counter.count).toBe(run);
    }
    expect(progress.state).toBe("down");
  });

  it("counts from one where the one before pointed the other way", () => {
    const previous = sampleRecord("db", { state: "down", pending: { outcome: "pass", count: 1, of: 2 } });
    expect(causeOf(previous)?.counter).toEqual({ outcome: "fail", count: 1, of: 1 });
    expect(causeOf(null)?.counter).toEqual({ outcome: "fail", count: 1, of: 1 });
    const passed: Outcome = { ...FAIL, status: "pass", code: "ok" };
    expect(causeOf(previous, passed)?.counter).toEqual({ outcome: "pass", count: 2, of: 2 });
  });

  it("is told with a cause of up to 4,096 characters, and of no duration", () => {
    const cause = CAUSE.replace('"durationMs":1', '"durationMs":0').padEnd(4_096, " ");
    expect(decodeTransition(PLACE, { ...FIELDS, cause })?.cause).toEqual({
      status: "fail",
      durationMs: 0,
      counter: { outcome: "fail", count: 1, of: 2 },
      before: [],
    });
  });

  it.each<[string, string | undefined]>([
    ["of a version that wrote none", undefined],
    ["that is empty", ""],
    ["that is no JSON", "{"],
    ["nested too deeply", "[".repeat(4_000)],
    ["too long", JSON.stringify({ x: "x".repeat(5_000) })],
    ["that is null", "null"],
    ["without a counter", '{"status":"fail","durationMs":1,"before":[]}'],
    [
      "that counts in halves",
      '{"status":"fail","durationMs":1,"counter":{"outcome":"fail","count":0.5,"of":1},"before":[]}',
    ],
    ["that is a number", "7"],
    ["of an unknown status", CAUSE.replace('"status":"fail"', '"status":"FAIL"')],
    ["with a text for a duration", CAUSE.replace('"durationMs":1', '"durationMs":"1"')],
    ["with a negative duration", CAUSE.replace('"durationMs":1', '"durationMs":-1')],
    ["with a null for a counter", '{"status":"fail","durationMs":1,"counter":null,"before":[]}'],
    ["with a text for a counter", '{"status":"fail","durationMs":1,"counter":"fail","before":[]}'],
    ["that counts an unknown outcome", CAUSE.replace('"outcome":"fail"', '"outcome":"FAIL"')],
    ["that counts to zero", CAUSE.replace('"of":2', '"of":0')],
    ["that counts in texts", CAUSE.replace('"count":1', '"count":"1"')],
    ["of 4,097 characters", CAUSE.padEnd(4_097, " ")],
  ])("is told without a cause %s", (_name, cause) => {
    expect(decodeTransition(PLACE, { ...FIELDS, cause })).toMatchObject({ to: "down", cause: null });
  });

  it.each([
    ["from", "hunter2"],
    ["to", "unknown"],
    ["to", undefined],
    ["code", "hunter2"],
    ["runId", undefined],
    ["at", "soon"],
    ["at", ""],
    ["at", "-1"],
    ["at", undefined],
    ["at", "Infinity"],
    ["from", undefined],
  ])("is left out where %s is %j", (field, value) => {
    expect(decodeTransition(PLACE, { ...FIELDS, [field]: value })).toBe(null);
  });
});

it("keeps a run id to 128 characters, and a time of zero", () => {
  const entry = decodeTransition(PLACE, { ...FIELDS, from: "unknown", runId: "x".repeat(500), at: "0" });
  expect(entry).toMatchObject({ runId: "x".repeat(128), atMs: 0, from: "unknown" });
});

it.each<[string, string, string, CounterRule]>([
  ["down", "degraded", "threshold", "threshold"],
  ["down", "degraded", "not_found", "threshold"],
  ["unknown", "down", "not_found", "first"],
  ["up", "down", "not_found", "deterministic"],
  ["up", "down", "refused", "threshold"],
  ["down", "up", "ok", "threshold"],
  ["up", "degraded", "threshold", "immediate"],
  ["degraded", "up", "ok", "immediate"],
])("from %s to %s with %s is by the rule: %s", (from, to, code, rule) => {
  const entry = decodeTransition(PLACE, { ...FIELDS, from, to, code });
  expect(entry && ruleOf(entry)).toBe(rule);
});
