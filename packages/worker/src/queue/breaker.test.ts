import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createBreaker } from "./breaker.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const calls: string[] = [];
  let refused = true;
  const breaker = createBreaker({
    pause: () => calls.push("pause"),
    resume: () => calls.push("resume"),
    isTaken: async () => {
      calls.push("probe");
      return !refused;
    },
  });
  return {
    calls,
    breaker,
    heal: () => {
      refused = false;
    },
  };
}

it("pauses on a refusal, however often it is repeated, and resumes when a probe is taken", async () => {
  const { calls, breaker, heal } = setUp();
  for (let count = 0; count < 1_000; count += 1) breaker.report(new Error("OOM command not allowed when used memory"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(calls).toEqual(["pause", "probe", "probe"]);
  heal();
  await vi.advanceTimersByTimeAsync(500);
  expect(calls).toEqual(["pause", "probe", "probe", "probe", "resume"]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(calls).toHaveLength(5);
});

it.each(["READONLY You can't write against a read only replica.", "NOPERM no permissions", "LOADING Redis is loading"])(
  "knows %s for a refusal",
  (message) => {
    const { breaker } = setUp();
    expect(breaker.report(new Error(message))).toBe(true);
    breaker.stop();
  },
);

it("leaves a lost connection to the client, which comes back by itself", () => {
  const { calls, breaker } = setUp();
  expect(breaker.report(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }))).toBe(false);
  expect(calls).toEqual([]);
});

it("does not resume what was stopped meanwhile", async () => {
  const { calls, breaker, heal } = setUp();
  breaker.report(new Error("OOM"));
  breaker.stop();
  heal();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(calls).toEqual(["pause"]);
});
