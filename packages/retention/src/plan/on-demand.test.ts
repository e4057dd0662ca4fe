import { describe, expect, it } from "vitest";
import type { ClassifiedEntry } from "../classified-entry.js";
import { packEntries } from "../entries/pack-entries.js";
import type { Policy } from "../policy.js";
import { atOnce } from "../turns.js";
import { type PlanFacts, planSteps } from "./plan-cleanup.js";

const DAY_MS = 86_400_000;
const NOW_MS = 100 * DAY_MS;
const POLICY: Policy = {
  ...{ last: null, withinMs: null, daily: null, weekly: null, monthly: null },
  ...{ maxBytes: null, minFree: null, minAgeMs: DAY_MS },
};
// The new session is kept by this, and the old one goes unless something else is said of it.
const WITHIN = { withinMs: 5 * DAY_MS };
const LOW_DISK = { minFree: { warnBytes: 200, targetBytes: 130 } };

interface Case {
  readonly policy: Partial<Policy>;
  readonly facts?: Partial<PlanFacts>;
  /** What is remembered of each one's size, the older first. */
  readonly sizes?: readonly (number | null)[];
  readonly becomes?: ClassifiedEntry["kind"] | "gone";
}

interface Outcome {
  readonly read: string;
  readonly measured: string;
  readonly rules: readonly string[];
}

describe("of an old session of 30 bytes and a new one, a plan reads and measures only what decides:", () => {
  it.each<[string, Case, Outcome]>([
    ["all that a rule counts", { policy: { last: 2 } }, outcome("new old", "", "keep_last", "keep_last")],
    ["what no rule keeps", { policy: WITHIN }, outcome("old", "old", "beyond_keep", "keep_within")],
    [
      "nothing that is kept by its age",
      { policy: { withinMs: NOW_MS } },
      outcome("", "", "keep_within", "keep_within"),
    ],
    ["nothing too young", { policy: { ...WITHIN, minAgeMs: NOW_MS } }, outcome("", "", "min_age", "keep_within")],
    ["nothing pinned", { policy: WITHIN, facts: at("pins") }, outcome("", "", "restored", "keep_within")],
    ["nothing that pauses", { policy: WITHIN, facts: at("backOffs") }, outcome("", "", "backing_off", "keep_within")],
    [
      "nothing while enough is free",
      { policy: { minFree: { warnBytes: 100, targetBytes: 200 } } },
      outcome("", "", "within_marks", "within_marks"),
    ],
    [
      "all whose sizes are added up",
      { policy: { maxBytes: 60 } },
      outcome("new old", "new old", "within_marks", "within_marks"),
    ],
    [
      "nothing whose size is remembered, while no more is kept than may be",
      { policy: { maxBytes: 60 }, sizes: [30, 30] },
      outcome("", "", "within_marks", "within_marks"),
    ],
    [
      "all once more is remembered than may be kept, and takes nothing when that was wrong",
      { policy: { maxBytes: 60 }, sizes: [31, 30] },
      outcome("old new", "old new", "within_marks", "within_marks"),
    ],
    ["what frees enough, and no more", { policy: LOW_DISK }, outcome("old", "old", "min_free", "within_marks")],
    ...(["active", "held"] as const).map((kind): [string, Case, Outcome] => [
      `not the size of what turns out to be ${kind} when a mark would take it`,
      { policy: LOW_DISK, becomes: kind },
      outcome("old new", "", kind, kind),
    ]),
    ["not the size of what has vanished", { policy: { maxBytes: 60 }, becomes: "gone" }, outcome("new old", "")],
    ...(["pins", "backOffs"] as const).map((fact): [string, Case, Outcome] => [
      `what was kept until now by its ${fact}`,
      { policy: WITHIN, facts: at(fact, NOW_MS) },
      outcome("old", "old", "beyond_keep", "keep_within"),
    ]),
    [
      "not the size of what turns out to be none",
      { policy: { maxBytes: 60 }, becomes: "unknown" },
      outcome("new old", "", "unknown:symlink", "unknown:symlink"),
    ],
  ])("%s", (_what, input, expected) => {
    const { plan, ...looked } = planOf(input);
    const rules = [...plan.decisions].sort((one, other) => (one.entry.id > other.entry.id ? -1 : 1));
    expect({ ...looked, rules: rules.map(({ rule }) => rule) }).toEqual(expected);
  });

  it("says nothing is missing where a mark is met to the byte, and what is missing otherwise", () => {
    expect(planOf({ policy: LOW_DISK }).plan.shortfalls).toEqual([]);
    const minFree = { warnBytes: 200, targetBytes: 161 };
    expect(planOf({ policy: { minFree } }).plan.shortfalls).toEqual([{ mark: "min_free", bytes: 1 }]);
  });
});

function outcome(read: string, measured: string, ...rules: readonly string[]): Outcome {
  return { read, measured, rules };
}

function at(fact: "pins" | "backOffs", untilMs = NOW_MS + 1): Partial<PlanFacts> {
  return { [fact]: new Map([["old", untilMs]]) };
}

function planOf({ policy, facts, sizes = [null, null], becomes = "owned" }: Case) {
  const unread = (id: string, stampMs: number, bytes: number | null = null) =>
    ({ kind: "unread", id, stampMs, bytes }) as const;
  const listed = [unread("old", 80 * DAY_MS, sizes[0]), unread("new", 97 * DAY_MS, sizes[1])] as const;
  const entries = atOnce(packEntries(listed));
  const { table } = entries;
  const [read, measured]: [string[], Set<string>] = [[], new Set()];
  const demand = {
    full: false,
    *read(position: number) {
      yield;
      const row = entries.rowAt(position);
      const [id, stampMs, bytes] = [table.nameOf(row), table.stampMsOf(row), table.bytesOf(row)];
      read.push(id);
      table.put(row, found(becomes, { id, stampMs, bytes }));
    },
    *measure(position: number) {
      yield;
      measured.add(table.nameOf(entries.rowAt(position)));
      table.setBytes(entries.rowAt(position), 30);
    },
  };
  const scan = { root: { path: "/srv", dev: "1", ino: "2" }, entries, disk: { freeBytes: 100, totalBytes: 1_000 } };
  const { plan } = atOnce(planSteps(scan, { ...POLICY, ...policy }, { nowMs: NOW_MS, ...facts, demand }));
  return { plan, read: read.join(" "), measured: [...measured].join(" ") };
}

type Known = { readonly id: string; readonly stampMs: number; readonly bytes: number | null };

function found(kind: ClassifiedEntry["kind"] | "gone", known: Known): ClassifiedEntry | null {
  if (kind === "gone") return null;
  if (kind === "unknown") return { kind, id: known.id, reason: "symlink", bytes: null };
  const identity = { dev: "1", ino: "3", markerDigest: "d" };
  const { id, stampMs } = known;
  return { ...known, kind: kind as "owned", sessionId: id, latestMs: stampMs, identity };
}
