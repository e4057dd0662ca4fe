import { describe, expect, it } from "vitest";
import { BALANCER_PROFILES } from "./balancer-profile.js";
import { lintBudget } from "./lint-budget.js";
import { sampleSpec } from "./testing/sample-spec.js";

const HAPROXY = { profile: BALANCER_PROFILES.haproxy, drainDelayMs: 8_000, shutdownTimeoutMs: 30_000 };

function rules(...args: Parameters<typeof lintBudget>): string[] {
  return lintBudget(...args).map(({ level, rule, check }) => `${level} ${rule} ${check}`);
}

describe("the budget's lint", () => {
  it("has nothing to say of the defaults", () => {
    expect(lintBudget([sampleSpec("db", { critical: true })], HAPROXY)).toEqual([]);
    expect(lintBudget([], { ...HAPROXY, profile: null, drainDelayMs: 0 })).toEqual([]);
  });

  it("warns of a drain delay shorter than the balancer's removal, to the millisecond", () => {
    expect(rules([], { ...HAPROXY, drainDelayMs: 8_000 })).toEqual([]);
    expect(rules([], { ...HAPROXY, drainDelayMs: 7_999 })).toEqual(["warn drain null"]);
    const [problem] = lintBudget([], { ...HAPROXY, profile: BALANCER_PROFILES.alb, drainDelayMs: 0 });
    expect(problem?.message).toMatch(/takes 0s, but alb may send traffic for 65s after/);
  });

  it("warns of a drain delay that leaves no time to stop, to the millisecond", () => {
    expect(rules([], { ...HAPROXY, shutdownTimeoutMs: 8_001 })).toEqual([]);
    expect(rules([], { ...HAPROXY, shutdownTimeoutMs: 8_000 })).toEqual(["warn shutdown null"]);
    expect(rules([], { ...HAPROXY, profile: null, shutdownTimeoutMs: 8_000 })).toEqual(["warn shutdown null"]);
  });

  it("says each in one sentence with its figures", () => {
    const own = { name: "own", intervalMs: 1_000, timeoutMs: 2_000, fall: 3, rise: 1 };
    const specs = [
      sampleSpec("a", { everyMs: 5_000, timeoutMs: 5_000 }),
      sampleSpec("b", { critical: true, everyMs: 900_000 }),
    ];
    const options = { profile: own, drainDelayMs: 1_000, shutdownTimeoutMs: 1_000 };
    expect(lintBudget(specs, options).map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "draining takes 1s, but stopping may take only 1s in all: the requests under way then are cut off",
        "own: a probe's timeout of 2s is longer than its interval of 1s",
        "draining takes 1s, but own may send traffic for 5s after readiness turned 503: requests will be refused",
        "check "a": the timeout of 5s must be shorter than every (5s)",
        "check "b": should its worker die, its last result counts as evidence for 1810s; run it more often, or not as critical",
      ]
    `);
  });

  it("refuses a timeout that is not shorter than the interval", () => {
    expect(rules([sampleSpec("db", { everyMs: 5_000, timeoutMs: 4_999 })], HAPROXY)).toEqual([]);
    expect(rules([sampleSpec("db", { everyMs: 5_000, timeoutMs: 5_000 })], HAPROXY)).toEqual(["refuse timeout db"]);
  });

  it("refuses a profile whose probes overtake each other", () => {
    const own = { name: "own", intervalMs: 1_000, timeoutMs: 1_001, fall: 1, rise: 1 };
    expect(rules([], { profile: own, drainDelayMs: 60_000, shutdownTimeoutMs: 90_000 })).toEqual([
      "refuse profile null",
    ]);
  });

  it("warns of a critical check that would be believed for more than 15 min after its worker died", () => {
    // Stale after 2 × every + timeout + 5 s.
    const slow = { critical: true, everyMs: 445_000, timeoutMs: 5_000 };
    expect(rules([sampleSpec("db", slow)], HAPROXY)).toEqual([]);
    expect(rules([sampleSpec("db", { ...slow, timeoutMs: 5_001 })], HAPROXY)).toEqual(["warn blind db"]);
    expect(rules([sampleSpec("db", { ...slow, critical: false, everyMs: 900_000 })], HAPROXY)).toEqual([]);
  });
});
