import { describe, expect, it } from "vitest";
import {
  type CheckOptions,
  defineCheck,
  defineChecks,
  isCheckName,
  MAX_CHECKS,
  toSpec,
  validateCheckSet,
} from "./check.js";
import { InvalidCheckError } from "./errors.js";
import { sampleSpec } from "./testing/sample-spec.js";

const run = () => undefined;

function problemsOf(options: unknown): readonly string[] {
  return problemsIn(() => defineCheck(options as CheckOptions));
}

function problemsIn(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof InvalidCheckError) return error.problems;
    throw error;
  }
  return [];
}

describe("defineCheck", () => {
  it("fills in the defaults of health.md §2 and §5", () => {
    expect(defineCheck({ name: "db", run })).toEqual({ ...sampleSpec("db"), run });
  });

  it("keeps what is said", () => {
    const said = defineCheck({
      name: "ffmpeg-2",
      run,
      every: "1m",
      timeout: "59s",
      scope: "host",
      critical: true,
      failureThreshold: 1,
      successThreshold: 100,
      onStale: "fail",
      maxHold: "1h",
      onUnknown: "fail",
      componentType: "system",
    });
    expect(toSpec(said)).toEqual({
      name: "ffmpeg-2",
      everyMs: 60_000,
      timeoutMs: 59_000,
      scope: "host",
      critical: true,
      failureThreshold: 1,
      successThreshold: 100,
      onStale: "fail",
      maxHoldMs: 3_600_000,
      onUnknown: "fail",
      componentType: "system",
    });
  });

  it.each([
    ["1s", 500],
    ["1001ms", 500],
    ["9999ms", 4_999],
    ["10s", 5_000],
    ["24d", 5_000],
  ] as const)("allows half of every, at most 5 s, in whole ms: %s", (every, timeoutMs) => {
    expect(defineCheck({ name: "db", run, every }).timeoutMs).toBe(timeoutMs);
  });

  it.each(["a", "0", "a-", "db-1", `a${"b".repeat(62)}`])("allows the name %s", (name) => {
    expect(defineCheck({ name, run }).name).toBe(name);
  });

  it.each([
    "",
    "A",
    "-a",
    "a_b",
    "a b",
    "a.b",
    "a/b",
    "ü",
    "a\n",
    `a${"b".repeat(63)}`,
    "__proto__",
    5,
    null,
    undefined,
    {},
  ])("refuses the name %j", (name) => {
    expect(problemsOf({ name, run })).toEqual([expect.stringContaining("[a-z0-9][a-z0-9-]{0,62}")]);
  });

  it("keeps the name of the synthetic check for itself", () => {
    expect(problemsOf({ name: "store", run })).toEqual([expect.stringMatching(/^check "store": .*reserved/)]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["an unknown option", { interval: "5s" }, /unknown option "interval"; allowed: name, run, every/],
    ["no function", { run: undefined }, /run is undefined; a function is needed/],
    ["a text for a function", { run: "ping" }, /run is string/],
    ["an interval under 1 s", { every: "999ms" }, /every is 999ms; at least 1s/],
    ["an interval no timer can hold", { every: "25d" }, /every is 25d; at most 24d/],
    ["a number for an interval", { every: 30 }, /every: 30 is not a duration/],
    ["a vague interval", { every: "1 minute", timeout: "5s" }, /every: "1 minute" is not a duration/],
    [
      "a timeout at the interval",
      { every: "5s", timeout: "5s" },
      /timeout is 5s; it must be shorter than every \(5s\)/,
    ],
    ["a timeout above the default interval", { timeout: "31s" }, /timeout is 31s; .* every \(30s\)/],
    ["a zero timeout", { timeout: "0s" }, /timeout: "0s" is not a duration/],
    ["a bad maxHold", { maxHold: "5" }, /maxHold: "5" is not a duration/],
    ["an unknown scope", { scope: "node" }, /scope is "node"; allowed: fleet, host/],
    ["an unknown onStale", { onStale: "pass" }, /onStale is "pass"; allowed: hold, warn, fail/],
    ["an unknown onUnknown", { onUnknown: "pass" }, /onUnknown is "pass"; allowed: warn, fail/],
    ["an unknown component type", { componentType: "db" }, /componentType is "db"; allowed: component/],
    ["a text for critical", { critical: "yes" }, /critical is "yes"; allowed: true, false/],
    ["a zero threshold", { failureThreshold: 0 }, /failureThreshold is 0; a whole number from 1 to 100/],
    ["a fractional threshold", { successThreshold: 1.5 }, /successThreshold is 1.5/],
    ["a threshold above 100", { successThreshold: 101 }, /successThreshold is 101/],
  ])("refuses %s, once, naming the check and the rule", (_name, option, problem) => {
    const problems = problemsOf({ name: "db", run, ...option });
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).toMatch(/^check "db": /);
  });

  it.each([undefined, null, "db", 5])("refuses %j for a declaration", (options) => {
    expect(problemsOf(options)).toEqual([
      `check: the declaration is ${options === null ? "null" : typeof options}; an object is needed`,
    ]);
  });

  it("says the whole rule of a wrong option", () => {
    expect(problemsOf({ name: "db", run, extra: 1 })).toEqual([
      'check "db": unknown option "extra"; allowed: name, run, every, timeout, scope, critical, failureThreshold, ' +
        "successThreshold, onStale, maxHold, onUnknown, componentType",
    ]);
    expect(problemsOf({ name: "db", run, componentType: "db" })).toEqual([
      'check "db": componentType is "db"; allowed: component, datastore, system, secret',
    ]);
    expect(problemsOf({ run })).toEqual(["check undefined: the name must match ^[a-z0-9][a-z0-9-]{0,62}$"]);
  });

  it.each([
    ["onStale", ["hold", "warn", "fail"]],
    ["onUnknown", ["warn", "fail"]],
    ["scope", ["fleet", "host"]],
    ["componentType", ["component", "datastore", "system", "secret"]],
    ["failureThreshold", [1, 100]],
    ["successThreshold", [1, 100]],
    ["critical", [true, false]],
  ])("keeps every allowed %s", (option, values) => {
    for (const value of values) {
      expect(defineCheck({ name: "db", run, [option]: value })).toHaveProperty(option, value);
    }
  });

  it("throws an error of its own name, one problem a line", () => {
    const declare = () => defineCheck({ name: "Bad", every: "10ms", run });
    expect(declare).toThrow(expect.objectContaining({ name: "InvalidCheckError" }));
    expect(declare).toThrow(/the name must match.*\ncheck "Bad": every is 10ms/);
  });

  it("reports everything that is wrong at once", () => {
    const problems = problemsOf({ name: "Bad Name", every: "10ms", timeout: "1x", scope: "all", extra: 1, more: 2 });
    expect(problems).toHaveLength(7);
    expect(() => defineCheck({ name: "Bad Name", every: "10ms", run })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_CHECK", message: expect.stringContaining("\n") }),
    );
  });
});

describe("defineChecks", () => {
  const run = () => undefined;

  it("declares each as defineCheck does", () => {
    const options = { name: "db", run, every: "1m" } as const;
    expect(defineChecks([options, { name: "disk", run }])).toEqual([
      defineCheck(options),
      defineCheck({ name: "disk", run }),
    ]);
    expect(defineChecks([])).toEqual([]);
  });

  it("reports what is wrong with any of them together, each problem with its check", () => {
    const wrong = () =>
      defineChecks([
        { name: "Upper", run },
        { name: "fast", run, every: "999ms" },
        { name: "twice", run },
        { name: "twice", run },
        { name: "slow", run, every: "2s", timeout: "2s" },
      ]);
    expect(wrong).toThrow(InvalidCheckError);
    expect(wrong).toThrow(
      /^check "Upper": the name must match .*\ncheck "fast": every .*\ncheck "slow": timeout .*\ncheck "twice": the name is used twice/,
    );
  });

  it("counts the wrong ones too", () => {
    const many = Array.from({ length: 201 }, (_, index) => ({ name: index === 0 ? "?" : `c-${index}`, run }));
    expect(() => defineChecks(many)).toThrow(/201 checks: at most 200 are allowed/);
    expect(() => defineChecks(many.slice(0, 200))).not.toThrow(/at most 200/);
  });
});

describe("validateCheckSet", () => {
  const numbered = (length: number) => Array.from({ length }, (_, index) => sampleSpec(`c${index}`));

  it("allows 200 checks and refuses 201", () => {
    expect(MAX_CHECKS).toBe(200);
    expect(() => validateCheckSet(numbered(200))).not.toThrow();
    expect(problemsIn(() => validateCheckSet(numbered(201)))).toEqual(["201 checks: at most 200 are allowed"]);
  });

  it("names each duplicate once, beside everything else", () => {
    const twice = ["db", "tls", "db", "db", "tls", "dns"].map((name) => sampleSpec(name));
    expect(problemsIn(() => validateCheckSet([...twice, ...numbered(200)]))).toEqual([
      'check "db": the name is used twice; names are unique',
      'check "tls": the name is used twice; names are unique',
      "206 checks: at most 200 are allowed",
    ]);
  });
});

describe("isCheckName", () => {
  it.each([
    ["db", true],
    ["Db", false],
    [5, false],
    [["db"], false],
    [undefined, false],
  ])("of %j is %s", (name, expected) => {
    expect(isCheckName(name)).toBe(expected);
  });
});

describe("toSpec", () => {
  it("leaves the function out, so that a spec can be stored", () => {
    expect(toSpec(defineCheck({ name: "db", run }))).toEqual(sampleSpec("db"));
  });
});
