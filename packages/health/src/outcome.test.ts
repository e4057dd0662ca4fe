import { describe, expect, it } from "vitest";
import { fail, failFrom, MAX_MEASURES, pass, publishableMeasures, toOutcome, warn } from "./outcome.js";

const CRASHED = { status: "fail", code: "crashed", durationMs: 7, measures: {} };

describe("toOutcome", () => {
  it("takes nothing for a pass", () => {
    expect(toOutcome(undefined, 7)).toEqual({ status: "pass", code: "ok", durationMs: 7, measures: {} });
  });

  it.each([
    ["null", null],
    ["true", true],
    ["a string", "pass"],
    ["a number", 0],
    ["an array", ["pass"]],
    ["an empty object", {}],
    ["an unknown status", { status: "PASS" }],
    ["a status in a box", { status: ["pass"] }],
    ["a function", () => ({ status: "pass" })],
    ["a function with a status", Object.assign(() => 1, { status: "pass" })],
    ["a symbol", Symbol("pass")],
    ["an inherited name", { status: "constructor" }],
  ])("takes %s for a crash, never for a pass", (_name, junk) => {
    expect(toOutcome(junk, 7)).toEqual(CRASHED);
  });

  it.each([
    [{ status: "pass" }, "ok"],
    [{ status: "warn" }, "threshold"],
    [{ status: "fail" }, "crashed"],
    [{ status: "fail", code: "refused" }, "refused"],
    [{ status: "fail", code: "password=hunter2" }, "crashed"],
    [{ status: "warn", code: 12 }, "threshold"],
  ])("reads the code of %j as %s", (result, code) => {
    expect(toOutcome(result, 7).code).toBe(code);
  });

  it("publishes four fields and nothing else of what a check returned", () => {
    const outcome = toOutcome({ status: "fail", code: "dns", error: new Error("secret"), output: "secret" }, 7);
    expect(outcome).toEqual({ status: "fail", code: "dns", durationMs: 7, measures: {} });
  });
});

describe("the results a check may return", () => {
  it("carry their code", () => {
    const error = Object.assign(new Error(), { code: "ENOENT" });
    expect(pass()).toEqual({ status: "pass", code: "ok", measures: {} });
    expect(warn()).toEqual({ status: "warn", code: "threshold", measures: {} });
    expect(fail("dns")).toEqual({ status: "fail", code: "dns" });
    expect(fail("dns", { error })).toEqual({ status: "fail", code: "dns", error });
    expect(failFrom(error)).toEqual({ status: "fail", code: "not_found", error });
  });
});

describe("publishableMeasures", () => {
  const GOOD = { value: 1, unit: "ms" };

  it("keeps well-formed numbers, and of each its value and unit only", () => {
    expect(
      publishableMeasures({ latency: { value: 1.5, unit: "ms", note: "secret" }, free: { value: 0, unit: "" } }),
    ).toEqual({ latency: { value: 1.5, unit: "ms" }, free: { value: 0, unit: "" } });
  });

  it.each([
    ["no measures", undefined],
    ["null", null],
    ["text", "latency"],
    ["an array", [GOOD]],
    ["a name with a space", { "db password": GOOD }],
    ["a name with a capital first", { Latency: GOOD }],
    ["a name of 33 characters", { ["a".repeat(33)]: GOOD }],
    ["an empty name", { "": GOOD }],
    ["a null", { latency: null }],
    ["a function", { latency: Object.assign(() => 1, GOOD) }],
    ["a bare number", { latency: 1 }],
    ["a text value", { latency: { value: "1", unit: "ms" } }],
    ["NaN", { latency: { value: Number.NaN, unit: "ms" } }],
    ["infinity", { latency: { value: Number.POSITIVE_INFINITY, unit: "ms" } }],
    ["no unit", { latency: { value: 1 } }],
    ["a unit that is a sentence", { latency: { value: 1, unit: "ms at db.internal" } }],
    ["a unit of 17 characters", { latency: { value: 1, unit: "a".repeat(17) } }],
    ["a unit with a line break", { latency: { value: 1, unit: "ms\n" } }],
    ["a name with a line break", { "latency\n": GOOD }],
    ["a prototype", JSON.parse('{"__proto__":{"value":1,"unit":"ms"}}')],
  ])("drops %s", (_name, measures) => {
    expect(publishableMeasures(measures)).toEqual({});
  });

  it("keeps the edge of what is allowed", () => {
    const measures = { ["a".repeat(32)]: { value: -1, unit: "a".repeat(16) }, p99_ms: GOOD };
    expect(publishableMeasures(measures)).toEqual(measures);
  });

  it("keeps the first eight well-formed ones", () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`m${index}`, GOOD]));
    expect(MAX_MEASURES).toBe(8);
    expect(Object.keys(publishableMeasures({ BAD: GOOD, ...many }))).toEqual([
      "m0",
      "m1",
      "m2",
      "m3",
      "m4",
      "m5",
      "m6",
      "m7",
    ]);
  });
});
