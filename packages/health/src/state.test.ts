import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Code } from "./codes.js";
import type { OutcomeStatus } from "./outcome.js";
import { next, type Progress, type StoredState, type Thresholds } from "./state.js";

const TWO: Thresholds = { failureThreshold: 2, successThreshold: 2 };

interface Step {
  readonly status: OutcomeStatus;
  readonly code: Code;
}

const PASS: Step = { status: "pass", code: "ok" };
const WARN: Step = { status: "warn", code: "threshold" };
const FAIL: Step = { status: "fail", code: "refused" };

function run(steps: readonly Step[], thresholds = TWO, start: Progress | null = null): Progress | null {
  return steps.reduce<Progress | null>((progress, step) => next(progress, step, thresholds), start);
}

function at(state: StoredState, pending: Progress["pending"] = null): Progress {
  return { state, pending };
}

describe("next", () => {
  it.each<[string, Step, StoredState]>([
    ["pass", PASS, "up"],
    ["warn", WARN, "degraded"],
    ["fail", FAIL, "down"],
  ])("applies the first outcome ever at once: %s", (_name, step, state) => {
    expect(next(null, step, { failureThreshold: 9, successThreshold: 9 })).toEqual(at(state));
  });

  it.each<[StoredState, Step, Progress]>([
    ["up", PASS, at("up")],
    ["up", WARN, at("degraded")],
    ["up", FAIL, at("up", { outcome: "fail", count: 1, of: 2 })],
    ["degraded", PASS, at("up")],
    ["degraded", WARN, at("degraded")],
    ["degraded", FAIL, at("degraded", { outcome: "fail", count: 1, of: 2 })],
    ["down", PASS, at("down", { outcome: "pass", count: 1, of: 2 })],
    ["down", WARN, at("down", { outcome: "warn", count: 1, of: 2 })],
    ["down", FAIL, at("down")],
  ])("from %s after %j", (state, step, expected) => {
    expect(next(at(state), step, TWO)).toEqual(expected);
  });

  it.each<Code>(["not_found", "not_configured", "permission"])("takes %s at its word: down at once", (code) => {
    expect(next(at("up"), { status: "fail", code }, { failureThreshold: 100, successThreshold: 2 })).toEqual(
      at("down"),
    );
  });

  it("does not let a deterministic code hurry a recovery", () => {
    expect(next(at("down"), { status: "pass", code: "not_found" }, TWO).state).toBe("down");
  });

  it("never flips on three isolated failures with 39 successes between them", () => {
    const isolated = [FAIL, ...Array<Step>(39).fill(PASS)];
    let progress: Progress | null = next(null, PASS, TWO);
    const seen = new Set<StoredState>();
    for (const step of [...isolated, ...isolated, ...isolated]) {
      progress = next(progress, step, { failureThreshold: 3, successThreshold: 2 });
      seen.add(progress.state);
    }
    expect([...seen]).toEqual(["up"]);
  });

  it("counts a pending failure from anew after one success", () => {
    const three = { failureThreshold: 3, successThreshold: 1 };
    expect(run([PASS, FAIL, FAIL, PASS, FAIL, FAIL], three)).toEqual(at("up", { outcome: "fail", count: 2, of: 3 }));
    expect(run([PASS, FAIL, FAIL, PASS, FAIL, FAIL, FAIL], three)).toEqual(at("down"));
  });

  it("counts warn as a success on the way back, and ends where the last one says", () => {
    expect(run([FAIL, WARN, PASS])).toEqual(at("up"));
    expect(run([FAIL, PASS, WARN])).toEqual(at("degraded"));
    expect(run([FAIL, PASS, FAIL, PASS])).toEqual(at("down", { outcome: "pass", count: 1, of: 2 }));
  });

  it("goes on where a restarted worker finds the stored counter", () => {
    const stored = JSON.parse(JSON.stringify(run([PASS, FAIL]))) as Progress;
    expect(next(stored, FAIL, TWO)).toEqual(at("down"));
  });

  it("does not add a failure to a stored count of successes", () => {
    expect(next(at("up", { outcome: "pass", count: 99, of: 2 }), FAIL, TWO).pending?.count).toBe(1);
    expect(next(at("down", { outcome: "fail", count: 99, of: 2 }), PASS, TWO).pending?.count).toBe(1);
  });

  it("agrees with a naive reading of the whole history", () => {
    const step = fc.constantFrom<Step>(PASS, WARN, FAIL, { status: "fail", code: "timeout" }, NOT_FOUND);
    // Repeats and alternations are what thresholds are about; uniform steps would seldom hold long runs.
    const streak = fc.tuple(step, fc.integer({ min: 1, max: 6 })).map(([one, times]) => Array<Step>(times).fill(one));
    const stream = fc.array(streak, { minLength: 1, maxLength: 20 }).map((streaks) => streaks.flat());
    const threshold = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(stream, threshold, threshold, (steps, failureThreshold, successThreshold) => {
        const thresholds = { failureThreshold, successThreshold };
        for (let end = 1; end <= steps.length; end += 1) {
          const history = steps.slice(0, end);
          expect(run(history, thresholds)).toEqual(oracle(history, thresholds));
        }
      }),
      { numRuns: 300 },
    );
  });
});

const NOT_FOUND: Step = { status: "fail", code: "not_found" };

/** Reads the history again from its start for each outcome, looking back over the run of like outcomes: no counter. */
function oracle(history: readonly Step[], { failureThreshold, successThreshold }: Thresholds): Progress {
  let state: StoredState | null = null;
  let changedAt = -1;
  history.forEach((step, index) => {
    const isFail = step.status === "fail";
    const sinceChange = history.slice(changedAt + 1, index + 1);
    const likes = trailing(sinceChange, isFail);
    const apply = (to: StoredState) => {
      if (state !== to && (state === "down") !== (to === "down")) changedAt = index;
      state = to;
    };
    if (state === null) {
      apply(named(step));
      changedAt = index;
    } else if (isFail && state !== "down") {
      if (likes >= failureThreshold || step.code === "not_found") apply("down");
    } else if (!isFail && (state !== "down" || likes >= successThreshold)) {
      apply(named(step));
    }
  });
  const last = history.at(-1);
  if (state === null || last === undefined) throw new Error("an empty history has no state");
  const contradicts = (state === "down") !== (last.status === "fail");
  const isFail = last.status === "fail";
  return {
    state,
    pending: contradicts
      ? {
          outcome: last.status,
          count: trailing(history.slice(changedAt + 1), isFail),
          of: isFail ? failureThreshold : successThreshold,
        }
      : null,
  };
}

function trailing(steps: readonly Step[], isFail: boolean): number {
  const lastOther = steps.findLastIndex((step) => (step.status === "fail") !== isFail);
  return steps.length - 1 - lastOther;
}

function named({ status }: Step): StoredState {
  return ({ pass: "up", warn: "degraded", fail: "down" } as const)[status];
}
