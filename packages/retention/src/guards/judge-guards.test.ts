import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LastRun } from "../journal.js";
import type { EntryCounts } from "../scan/count-entries.js";
import type { Guard } from "./guard.js";
import type { GuardFacts } from "./guard-facts.js";
import { judgeGuards, judgeStanding } from "./judge-guards.js";

const NOW_MS = 1_700_000_000_000;
const CLOCK = { bootId: "boot", upMs: 5_000_000 };
const LAST: LastRun = { runId: "run-0", startedAtMs: NOW_MS, owned: 0, rootId: "id", clock: CLOCK };
const COUNTS: EntryCounts = { owned: 100, active: 0, held: 0, unread: 0, caretaker: 0, unknown: {} };
const HARMLESS: GuardFacts = {
  nowMs: NOW_MS,
  clock: CLOCK,
  clockOffsetMs: null,
  marker: { status: "ours", rootId: "id" },
  lastRun: LAST,
  counts: COUNTS,
  candidateCount: 0,
  maxDeleteRatio: 0.5,
};

describe("too_many", () => {
  it.each<[string, Partial<EntryCounts> & { candidateCount: number; maxDeleteRatio?: number }, boolean]>([
    ["10 of 10, since 10 are always allowed", { candidateCount: 10, owned: 10 }, false],
    ["11 of 22, which is half", { candidateCount: 11, owned: 22 }, false],
    ["11 of 21", { candidateCount: 11, owned: 21 }, true],
    ["11 of 21 owned and 1 unread", { candidateCount: 11, owned: 21, unread: 1 }, false],
    ["held and active sessions beside them, which count for nothing", { candidateCount: 11, owned: 21, held: 9 }, true],
    ["3 in 10 where that is allowed", { candidateCount: 30, owned: 100, maxDeleteRatio: 0.3 }, false],
    ["one more than 3 in 10 there", { candidateCount: 31, owned: 100, maxDeleteRatio: 0.3 }, true],
    ["all, where all may go", { candidateCount: 100, owned: 100, maxDeleteRatio: 1 }, false],
  ])("judges %s", (_, { candidateCount, maxDeleteRatio = 0.5, ...counts }, refused) => {
    expectOnly("too_many", { candidateCount, maxDeleteRatio, counts: countsOf(counts) }, refused);
  });
});

describe("population_fell", () => {
  it.each([
    ["70 of 100", 100, { owned: 70 }, false],
    ["69 of 100", 100, { owned: 69 }, true],
    ["69 of 100 and one that is held", 100, { owned: 69, held: 1 }, false],
    ["69 of 100 and one that is active", 100, { owned: 69, active: 1 }, false],
    ["69 of 100 and one that was not read", 100, { owned: 69, unread: 1 }, false],
    ["69 of 100 and one that is unknown", 100, { owned: 69, unknown: { marker_missing: 1 } }, true],
    ["nothing of 9, too few to compare", 9, { owned: 0 }, false],
    ["7 of 10", 10, { owned: 7 }, false],
    ["6 of 10", 10, { owned: 6 }, true],
    ["more than before", 10, { owned: 1_000 }, false],
  ])("judges %s", (_, owned, counts, refused) => {
    expectOnly("population_fell", { lastRun: { ...LAST, owned }, counts: countsOf(counts) }, refused);
  });

  it("has nothing to compare with on the first run", () => {
    expectOnly("population_fell", { lastRun: null, counts: countsOf({}) }, false);
  });
});

describe("root_changed", () => {
  it.each([
    ["the id of the last run", { status: "ours", rootId: "id" }, "id", false],
    ["another id", { status: "ours", rootId: "other" }, "id", true],
    ["no marker", { status: "missing" }, "id", true],
    ["something else in its place", { status: "another" }, "id", true],
    ["any id after a run that knew none", { status: "ours", rootId: "other" }, null, false],
  ] as const)("judges %s", (_, marker, rootId, refused) => {
    expectOnly("root_changed", { marker, lastRun: { ...LAST, rootId } }, refused);
  });

  it.each([
    ["takes an id that is there", { status: "ours", rootId: "other" }, false],
    ["takes a root without one", { status: "missing" }, false],
    ["takes nothing else in its place", { status: "another" }, true],
  ] as const)("%s on the first run", (_, marker, refused) => {
    expectOnly("root_changed", { marker, lastRun: null }, refused);
  });
});

describe("markers_unreadable", () => {
  it.each([
    ["half of 10", { owned: 5, unknown: { marker_unreadable: 5 } }, false],
    ["6 of 10", { owned: 4, unknown: { marker_unreadable: 6 } }, true],
    [
      "6 of 10, entries that cannot be read among them",
      { owned: 4, unknown: { marker_unreadable: 5, unreadable: 1 } },
      true,
    ],
    ["all of 9, too few to count", { unknown: { unreadable: 9 } }, false],
    ["all of 10", { unknown: { unreadable: 10 } }, true],
    ["6 of 12, with held and active ones", { owned: 4, held: 1, active: 1, unknown: { unreadable: 6 } }, false],
    [
      "6 of 12, with markers that say nothing valid",
      { owned: 4, unknown: { unreadable: 6, marker_invalid: 2 } },
      false,
    ],
    [
      "6 of 10 beside entries without a marker",
      { owned: 4, unknown: { unreadable: 6, ...each(["symlink", "not_a_directory", "other_device"], 9) } },
      true,
    ],
    [
      "6 of 10 beside names and markers of another kind",
      {
        owned: 4,
        unread: 50,
        unknown: { unreadable: 6, ...each(["name_mismatch", "marker_missing", "marker_not_a_file"], 9) },
      },
      true,
    ],
  ])("judges %s", (_, counts, refused) => {
    expectOnly("markers_unreadable", { counts: countsOf(counts) }, refused);
  });
});

describe("clock_jumped", () => {
  const minute = 60_000;
  it.each<[string, { wallMs: number; upMs: number; bootId?: string | null }, boolean]>([
    ["a minute before the last run", { wallMs: -minute, upMs: 0 }, false],
    ["a minute and 1 ms before it", { wallMs: -minute - 1, upMs: 0 }, true],
    ["10 minutes more than the machine was up", { wallMs: 20 * minute, upMs: 10 * minute }, false],
    ["10 minutes and 1 ms more", { wallMs: 20 * minute + 1, upMs: 10 * minute }, true],
    ["10 minutes less", { wallMs: 0, upMs: 10 * minute }, false],
    ["10 minutes and 1 ms less", { wallMs: 0, upMs: 10 * minute + 1 }, true],
    ["a jump across a restart of the machine", { wallMs: 900 * minute, upMs: 0, bootId: "other" }, false],
    ["a jump where the system does not tell its starts", { wallMs: 900 * minute, upMs: 0, bootId: null }, false],
    ["a jump while the machine was up no longer", { wallMs: 900 * minute, upMs: 0 }, true],
    ["an uptime that fell, which proves nothing", { wallMs: 900 * minute, upMs: -1 }, false],
  ])("judges %s", (_, { wallMs, upMs, bootId = "boot" }, refused) => {
    const clock = { bootId, upMs: CLOCK.upMs + upMs };
    const lastRun = { ...LAST, clock: { ...CLOCK, bootId: bootId === null ? null : "boot" } };
    expectOnly("clock_jumped", { nowMs: NOW_MS + wallMs, clock, lastRun }, refused);
  });

  it.each([
    [null, false],
    [60_000, false],
    [60_001, true],
    [-60_000, false],
    [-60_001, true],
  ])("judges %s ms off the store's clock, on the first run too", (clockOffsetMs, refused) => {
    expectOnly("clock_jumped", { clockOffsetMs }, refused);
    expectOnly("clock_jumped", { clockOffsetMs, lastRun: null }, refused);
  });
});

describe("judgeGuards", () => {
  const all: GuardFacts = {
    nowMs: NOW_MS - 3_600_000,
    clock: CLOCK,
    clockOffsetMs: null,
    marker: { status: "missing" },
    lastRun: { ...LAST, owned: 100 },
    counts: countsOf({ owned: 11, unknown: { unreadable: 40 } }),
    candidateCount: 11,
    maxDeleteRatio: 0.5,
  };

  it("names every guard that refuses, with its figures", () => {
    expect(judgeGuards(all)).toEqual([
      { guard: "too_many", why: "the plan deletes 11 of 11 sessions; at most 50 %, or 10, are deleted unconfirmed" },
      {
        guard: "population_fell",
        why: "11 sessions are left of the 100 that run run-0 left; a fall by more than 30 % is none of Caretaker's doing",
      },
      { guard: "root_changed", why: ".caretaker-root.json is missing in the root, and run run-0 left one" },
      { guard: "markers_unreadable", why: "40 of 51 markers cannot be read; more than half is no time to delete" },
      { guard: "clock_jumped", why: "the clock is 3600 s before run run-0" },
    ]);
  });

  it.each<[Guard, Partial<GuardFacts>, string]>([
    [
      "clock_jumped",
      { nowMs: NOW_MS + 3_600_000 },
      "the clock moved 3600 s more since run run-0 than the machine has been up",
    ],
    [
      "clock_jumped",
      { clockOffsetMs: -61_000 },
      "the clock is -61 s ahead of the store's; at most 60 s either way is allowed",
    ],
    [
      "root_changed",
      { marker: { status: "another" } },
      ".caretaker-root.json in the root was not written by Caretaker",
    ],
    [
      "root_changed",
      { marker: { status: "ours", rootId: "other" } },
      "the root is other by its .caretaker-root.json, but run run-0 was in id",
    ],
  ])("says with its figures why %s refuses %j", (guard, facts, why) => {
    expect(judgeGuards({ ...HARMLESS, ...facts })).toEqual([{ guard, why }]);
  });

  it("knows two of them before there is a plan", () => {
    expect(judgeStanding(all).map(({ guard }) => guard)).toEqual(["root_changed", "clock_jumped"]);
  });

  it("refuses before there is a plan exactly what it refuses of these two after", () => {
    fc.assert(
      fc.property(fc.integer({ min: -2e6, max: 2e6 }), fc.constantFrom("id", "other"), (wallMs, rootId) => {
        const facts = { ...all, nowMs: NOW_MS + wallMs, marker: { status: "ours" as const, rootId } };
        const late = judgeGuards(facts).filter(({ guard }) => guard === "root_changed" || guard === "clock_jumped");
        expect(judgeStanding(facts)).toEqual(late);
      }),
    );
  });
});

/** Judges facts that are harmless but for these, and expects this guard, and no other, to refuse or not. */
function expectOnly(guard: Guard, facts: Partial<GuardFacts>, refused: boolean): void {
  expect(judgeGuards({ ...HARMLESS, ...facts }).map((refusal) => refusal.guard)).toEqual(refused ? [guard] : []);
}

function countsOf(counts: Partial<EntryCounts>): EntryCounts {
  return { ...COUNTS, owned: 0, ...counts };
}

function each(reasons: readonly string[], count: number): Record<string, number> {
  return Object.fromEntries(reasons.map((reason) => [reason, count]));
}
