import { expect, it } from "vitest";
import { staggerOffsetMs } from "./stagger.js";

const NAMES = Array.from({ length: 200 }, (_, index) => `check-${index}`);

it("is the same for the same name, and lies inside the interval", () => {
  for (const name of NAMES) {
    const offset = staggerOffsetMs(name, 30_000);
    expect(staggerOffsetMs(name, 30_000)).toBe(offset);
    expect(offset).toBeGreaterThanOrEqual(0);
    expect(offset).toBeLessThan(30_000);
  }
});

it("spreads names over the interval", () => {
  const thirds = [0, 0, 0];
  for (const name of NAMES) {
    const third = Math.floor(staggerOffsetMs(name, 30_000) / 10_000);
    thirds[third] = (thirds[third] ?? 0) + 1;
  }
  expect(Math.min(...thirds)).toBeGreaterThan(40);
});
