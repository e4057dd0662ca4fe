import { describe, expect, it } from "vitest";
import { createFailureLimit } from "./failure-limit.js";

function limitAt(clock: { nowMs: number }) {
  return createFailureLimit({ limit: 2, windowMs: 1_000, monotonicMs: () => clock.nowMs });
}

describe("a limit of wrong tokens", () => {
  it("is over from the last allowed one until the window ends, and for that address alone", () => {
    const clock = { nowMs: 5 };
    const limit = limitAt(clock);
    limit.note("10.0.0.1");
    expect(limit.isOver("10.0.0.1")).toBe(false);
    limit.note("10.0.0.1");
    expect([limit.isOver("10.0.0.1"), limit.isOver("10.0.0.2")]).toEqual([true, false]);
    clock.nowMs = 1_004;
    expect(limit.isOver("10.0.0.1")).toBe(true);
    clock.nowMs = 1_005;
    expect(limit.isOver("10.0.0.1")).toBe(false);
  });

  it("counts the addresses of one IPv6 network together, and those of IPv4 in IPv6 apart", () => {
    const limit = limitAt({ nowMs: 0 });
    for (const host of ["1", "2"]) limit.note(`2001:db8:1:2::${host}`);
    expect([limit.isOver("2001:db8:1:2::3"), limit.isOver("2001:db8:1:3::1")]).toEqual([true, false]);
    for (const host of ["1", "2"]) limit.note(`::ffff:10.0.0.${host}`);
    expect(limit.isOver("::ffff:10.0.0.1")).toBe(false);
  });

  it("remembers a bounded number of addresses; the rest share one count", () => {
    const limit = limitAt({ nowMs: 0 });
    for (let index = 0; index < 10_000; index += 1) limit.note(`address-${index}`);
    expect(limit.isOver("another")).toBe(false);
    for (const address of ["another", "and another"]) limit.note(address);
    expect([limit.isOver("a third"), limit.isOver("address-1")]).toEqual([true, false]);
  });
});
