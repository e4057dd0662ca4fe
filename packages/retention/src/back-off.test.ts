import { describe, expect, it } from "vitest";
import { backOffsAt, backOffUntilMs } from "./back-off.js";

const HOUR_MS = 3_600_000;

describe("back-off", () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [8, 128],
    [9, 168],
    [5_000, 168],
  ])("leaves a session alone after %i failures in a row for %i hours", (attempts, hours) => {
    expect(backOffUntilMs({ attempts, atMs: 7 })).toBe(7 + hours * HOUR_MS);
  });

  it("is over to the millisecond", () => {
    const failures = new Map([["a", { attempts: 1, atMs: 7, code: "busy" }]]);
    expect(backOffsAt(7 + HOUR_MS - 1, failures)).toEqual(new Map([["a", 7 + HOUR_MS]]));
    expect(backOffsAt(7 + HOUR_MS, failures)).toEqual(new Map());
  });
});
