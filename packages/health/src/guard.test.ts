import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { causeOf, decideGuard, type FleetCount, GUARD_HOLD_MS, guardedVerdict, INSTANCE_ALIVE_MS } from "./guard.js";
import { sampleSpec } from "./testing/sample-spec.js";

const FAILING = { isReadyOnce: true, isFailing: true };
const FINE = { isReadyOnce: true, isFailing: false };

function decide(count: Partial<FleetCount>, { ageMs = 0, maxUnavailable = 0.5 } = {}) {
  return decideGuard({ count: { live: 3, readyOnce: 3, failing: 3, self: FAILING, ...count }, ageMs, maxUnavailable });
}

describe("an own failure", () => {
  it.each([
    ["all of three", 3, 3, 3, true],
    ["two of three", 3, 3, 2, true],
    ["a single one of three", 3, 3, 1, false],
    ["both of two alive", 2, 2, 2, false],
    ["two of four, no more than half", 4, 4, 2, false],
    ["three of five, more than half", 5, 5, 3, true],
    ["both that were ready, of three alive", 3, 2, 2, true],
    ["the only one that was ready, of three alive", 3, 1, 1, false],
  ])("of %s is held back: %4$s", (_name, live, readyOnce, failing, held) => {
    expect(decide({ live, readyOnce, failing }).own).toBe(held);
  });

  it("always lets a single bad host leave, however small the share", () => {
    expect(decide({ failing: 1 }, { maxUnavailable: 0.01 }).own).toBe(false);
  });

  it("counts itself before the others were told", () => {
    expect(decide({ failing: 1, self: FINE }).own).toBe(true);
    expect(decide({ failing: 0, self: FINE }).own).toBe(false);
    expect(decide({ readyOnce: 2, failing: 1, self: { isReadyOnce: false, isFailing: true } }).own).toBe(true);
    // Two of four, itself among both: no more than half.
    expect(decide({ readyOnce: 3, failing: 1, self: { isReadyOnce: false, isFailing: true } }).own).toBe(false);
  });

  it("is held back by the same rule whatever the fleet (property)", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(50), fc.integer({ min: 1, max: 99 }), (a, b, c, percent) => {
        const [failing, readyOnce, live] = [a + 1, a + 1 + b, a + 1 + b + c];
        const held = decide({ live, readyOnce, failing }, { maxUnavailable: percent / 100 }).own;
        // In whole numbers, so that it is not the same arithmetic.
        expect(held).toBe(live >= 3 && failing >= 2 && failing * 100 > percent * readyOnce);
      }),
    );
  });
});

describe("a shared failure", () => {
  it("counts everybody without waiting for their word", () => {
    expect(decide({ failing: 0, self: FINE })).toEqual({ shared: true, own: false });
  });

  it.each([
    [2, 2, false],
    [3, 1, false],
    [3, 2, true],
  ])("of %d alive, %d of them once ready, is held back: %s", (live, readyOnce, held) => {
    expect(decide({ live, readyOnce, failing: 1 }).shared).toBe(held);
  });
});

describe("a count that grows old", () => {
  it("decides nothing new from 15 s on", () => {
    const before = { failing: 2, self: FINE };
    expect(decide(before, { ageMs: INSTANCE_ALIVE_MS })).toEqual({ shared: true, own: true });
    expect(decide(before, { ageMs: INSTANCE_ALIVE_MS + 1 })).toEqual({ shared: false, own: false });
  });

  it("goes on holding back what it had held back, for five minutes", () => {
    expect(decide({}, { ageMs: INSTANCE_ALIVE_MS + 1 })).toEqual({ shared: true, own: true });
    expect(decide({}, { ageMs: GUARD_HOLD_MS })).toEqual({ shared: true, own: true });
    expect(decide({}, { ageMs: GUARD_HOLD_MS + 1 })).toEqual({ shared: false, own: false });
  });

  it("goes on for nobody who was fine, or has never been ready, when it was made", () => {
    const old = { ageMs: INSTANCE_ALIVE_MS + 1 };
    expect(decide({ self: { isReadyOnce: false, isFailing: true } }, old)).toEqual({ shared: false, own: false });
    expect(decide({ self: { isReadyOnce: true, isFailing: false } }, old)).toEqual({ shared: false, own: false });
  });

  it("decides by the count as it was, this instance's later word left out", () => {
    expect(decide({ readyOnce: 4, failing: 3 }, { ageMs: INSTANCE_ALIVE_MS + 1 })).toEqual({ shared: true, own: true });
    expect(decide({ readyOnce: 6, failing: 3 }, { ageMs: INSTANCE_ALIVE_MS + 1 })).toEqual({
      shared: false,
      own: false,
    });
  });

  it("does not begin to hold back the single bad host it had let go", () => {
    expect(decide({ failing: 1 }, { ageMs: INSTANCE_ALIVE_MS + 1 })).toEqual({ shared: false, own: false });
  });

  it("is nothing where there never was one, or its age is no number", () => {
    expect(decideGuard({ count: null, ageMs: 0, maxUnavailable: 0.5 })).toEqual({ shared: false, own: false });
    expect(decide({}, { ageMs: Number.NaN })).toEqual({ shared: false, own: false });
  });
});

describe("a guarded verdict", () => {
  const check = (scope: "fleet" | "host", contribution: "pass" | "warn" | "fail", counted = true) => ({
    counted,
    contribution,
    spec: sampleSpec("db", { scope }),
  });

  it("is the fleet's failure as soon as one counted check of fleet scope fails", () => {
    expect(causeOf([check("host", "fail"), check("fleet", "fail")])).toBe("shared");
    expect(causeOf([check("host", "fail"), check("fleet", "warn"), check("fleet", "fail", false)])).toBe("own");
  });

  it("is warn only instead of a fail that is held back", () => {
    const checks = [check("host", "fail")];
    expect(guardedVerdict("fail", checks, { shared: true, own: false })).toBe("fail");
    expect(guardedVerdict("fail", checks, { shared: true, own: true })).toBe("warn");
    expect(guardedVerdict("pass", [], { shared: true, own: true })).toBe("pass");
  });
});
