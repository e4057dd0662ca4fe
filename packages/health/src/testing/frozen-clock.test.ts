import { describe, expect, it } from "vitest";
import { frozenClock } from "./frozen-clock.js";

describe("frozenClock", () => {
  it("stands still until it is moved", () => {
    const clock = frozenClock();
    expect([clock.nowMs(), clock.nowMs(), clock.monotonicMs()]).toEqual([1e12, 1e12, 0]);
    clock.advance(1);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1e12 + 1, 1]);
  });

  it("sets the wall clock back without the other", () => {
    const clock = frozenClock(5_000);
    clock.advance(10);
    clock.setNowMs(1_000);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1_000, 10]);
  });

  it.each([-1, Number.NaN])("refuses to be advanced by %d ms", (ms) => {
    expect(() => frozenClock().advance(ms)).toThrow(RangeError);
  });
});
