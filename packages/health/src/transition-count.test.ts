import { expect, it } from "vitest";
import { sampleRecord } from "./testing/sample-record.js";
import { countTransition, readTransitionCount } from "./transition-count.js";

it("the first state is a change, another state is one more, the same state is none", () => {
  expect(countTransition(null, "up")).toBe(1);
  expect(countTransition(sampleRecord("db", { transitionCount: 4 }), "down")).toBe(5);
  expect(countTransition(sampleRecord("db", { transitionCount: 4 }), "up")).toBe(4);
});

it.each([undefined, null, "3", -1, 1.5, Number.NaN, 2 ** 60])("%s was not stored by us and counts nothing", (value) => {
  expect(readTransitionCount(value)).toBe(0);
});
