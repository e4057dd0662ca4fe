import { describe, expect, it } from "vitest";
import { sayWhy } from "./say-why.js";

type Chain = Parameters<typeof sayWhy>[0];

const CHAIN: Chain = {
  check: "db",
  host: null,
  transition: null,
  outcomes: [],
  counter: { pending: null, rule: null, failureThreshold: 3, successThreshold: 2 },
  state: { from: null, stored: "up", sinceMs: 0, effective: "up" },
  freshness: { is: "fresh", ageMs: 1_549, lateAfterMs: 40_000, staleAfterMs: 70_000, holdEndsAfterMs: 370_000 },
  contribution: { verdict: "pass", counted: true, critical: true },
  statusCode: 200,
};
const OUTCOME = { durationMs: 1, runId: "db.1", atMs: 1 };
const NEEDED = "(needed in a row: 3 to go down, 2 to come back).";

describe("the sentence on", () => {
  it.each<[string, number, Partial<Chain>, string]>([
    ["no outcome", 0, {}, "No outcome is known."],
    [
      "the outcomes",
      0,
      {
        outcomes: [
          { ...OUTCOME, status: "fail", code: "dns" },
          { ...OUTCOME, status: "pass", code: "ok" },
        ],
      },
      "Last outcomes, newest first: fail (dns), pass (ok).",
    ],
    ["nothing pending", 1, {}, `No change is pending ${NEEDED}`],
    [
      "what is pending",
      1,
      { counter: { ...CHAIN.counter, pending: { outcome: "fail", count: 1, of: 3 } } },
      `1 of 3 fail ${NEEDED}`,
    ],
    [
      "the first outcome",
      1,
      { counter: { ...CHAIN.counter, rule: "first" } },
      `No change is pending ${NEEDED} The first outcome ever applies at once.`,
    ],
    [
      "a deterministic code",
      1,
      { counter: { ...CHAIN.counter, rule: "deterministic" } },
      `No change is pending ${NEEDED} A retry cannot heal this code, so it applies at once.`,
    ],
    [
      "an immediate change",
      1,
      { counter: { ...CHAIN.counter, rule: "immediate" } },
      `No change is pending ${NEEDED} A change that is not to or from down applies at once.`,
    ],
    [
      "a threshold",
      1,
      { counter: { ...CHAIN.counter, rule: "threshold" } },
      `No change is pending ${NEEDED} The threshold was reached.`,
    ],
    ["the state", 2, {}, "The state is up."],
    [
      "a state without a result",
      2,
      { state: { from: null, stored: null, sinceMs: null, effective: "unknown" } },
      "There is no readable result, so the state is unknown.",
    ],
    [
      "a change of state",
      2,
      { state: { from: "up", stored: "down", sinceMs: 1, effective: "down" } },
      "The state went from up to down.",
    ],
    [
      "a state that no longer holds",
      2,
      { state: { from: null, stored: "up", sinceMs: 1, effective: "unknown" } },
      "The state was up, and now counts as unknown.",
    ],
    ["an age", 3, {}, "1.5 s old: fresh (late after 40 s, stale after 70 s, held until 370 s)."],
    [
      "an age that nothing holds",
      3,
      { freshness: { ...CHAIN.freshness, holdEndsAfterMs: null } },
      "1.5 s old: fresh (late after 40 s, stale after 70 s).",
    ],
    [
      "no evidence",
      3,
      { freshness: { ...CHAIN.freshness, is: "none", ageMs: null } },
      "There is no evidence to age: none (late after 40 s, stale after 70 s, held until 370 s).",
    ],
    ["a critical check", 4, {}, "It is critical, so it contributes pass."],
    [
      "one that is not critical",
      4,
      { contribution: { verdict: "warn", counted: true, critical: false } },
      "It is not critical, so it contributes warn.",
    ],
    [
      "one that is not counted",
      4,
      { contribution: { verdict: "warn", counted: false, critical: false } },
      "It is not critical and would be warn, but is not counted here.",
    ],
    ["a status of 200", 5, {}, "Alone it leaves readiness at 200."],
    ["a status of 503", 5, { statusCode: 503 }, "Alone it makes readiness 503."],
  ])("%s", (_name, line, changes, sentence) => {
    const lines = sayWhy({ ...CHAIN, ...changes });
    expect(lines).toHaveLength(6);
    expect(lines[line]).toBe(sentence);
  });
});
