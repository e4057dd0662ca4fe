import { describe, expect, it } from "vitest";
import type { ClassifiedEntry, OwnedEntry } from "../classified-entry.js";
import { packEntries } from "../entries/pack-entries.js";
import { atOnce } from "../turns.js";
import { listCandidates, PlanDecisions } from "./decision-list.js";
import { RuleCodes, type SessionRule } from "./rule-codes.js";

const ENTRIES: ClassifiedEntry[] = [
  session("b", 2),
  session("a", 1),
  session("c", 3),
  { kind: "unknown", id: "notes", reason: "name_mismatch", bytes: null },
  { kind: "caretaker", id: ".caretaker-trash" },
];

describe("the decisions of a plan", () => {
  it("are had one by one, from either end, as the list has them: sessions, then the unknown, never our own", () => {
    const { decisions } = decide("beyond_keep", "keep_last", "max_bytes");
    const told = [...decisions].map(({ action, rule, entry }) => `${action} ${entry.id}: ${rule}`);
    expect(told).toEqual([
      "delete a: beyond_keep",
      "keep b: keep_last",
      "delete c: max_bytes",
      "keep notes: unknown:name_mismatch",
    ]);
    expect(decisions).toHaveLength(4);
    for (const [index, decision] of [...decisions].entries()) {
      expect(decisions.at(index)).toEqual(decision);
      expect(decisions.at(index - 4)).toEqual(decision);
    }
    for (const index of [4, 5, -5, -6]) expect(decisions.at(index)).toBeUndefined();
  });

  it("that delete are a list of their own, oldest first", () => {
    const { candidates } = decide("min_free", "keep_last", "beyond_keep");
    expect([...candidates].map(({ rule, entry }) => `${entry.id}: ${rule}`)).toEqual(["a: min_free", "c: beyond_keep"]);
    expect(candidates).toHaveLength(2);
    expect(candidates.at(-1)?.entry.id).toBe("c");
    expect(candidates.at(-2)?.entry.id).toBe("a");
    for (const index of [2, -3]) expect(candidates.at(index)).toBeUndefined();
    const two = decide("beyond_keep", "beyond_keep", "keep_last").candidates;
    for (const index of [2, 3, -3, -4]) expect(two.at(index)).toBeUndefined();
  });

  it.each(["active", "held", "unread"] as const)("never delete what is %s, whatever a rule said", (kind) => {
    const entries = kind === "unread" ? [{ kind, id: "a", stampMs: 1, bytes: null }] : [{ ...session("a", 1), kind }];
    const { decisions, candidates } = decideAbout(entries, ["beyond_keep"]);
    expect([...decisions].map(({ action, rule }) => `${action}: ${rule}`)).toEqual(["keep: unread"]);
    expect([...candidates]).toEqual([]);
    expect(candidates.at(0)).toBeUndefined();
  });
});

describe("the rules of sessions", () => {
  it.each<[SessionRule, boolean]>([
    ...(["unread", "active", "held", "restored", "keep_last", "keep_within"] as const).map(
      (rule) => [rule, false] as const,
    ),
    ...(["keep_daily", "keep_weekly", "keep_monthly", "within_marks"] as const).map((rule) => [rule, false] as const),
    ...(["min_age", "backing_off"] as const).map((rule) => [rule, false] as const),
    ...(["beyond_keep", "max_bytes", "min_free"] as const).map((rule) => [rule, true] as const),
  ] as [SessionRule, boolean][])("are kept by position: %s, which deletes: %s", (rule, isDeleting) => {
    const rules = new RuleCodes(2);
    rules.set(1, rule);
    expect([rules.get(0), rules.get(1), rules.get(2)]).toEqual(["unread", rule, "unread"]);
    expect([rules.isDeleting(0), rules.isDeleting(1), rules.isDeleting(2)]).toEqual([false, isDeleting, false]);
    expect([rules.codeAt(0), rules.codeAt(2)]).toEqual([0, 0]);
    expect(rules.codeAt(1) === 0).toBe(rule === "unread");
  });
});

function decide(...rules: readonly SessionRule[]) {
  return decideAbout(ENTRIES, rules);
}

function decideAbout(entries: readonly ClassifiedEntry[], rules: readonly SessionRule[]) {
  const packed = atOnce(packEntries(entries));
  const codes = new RuleCodes(packed.sessionCount);
  for (const [position, rule] of rules.entries()) codes.set(position, rule);
  return { decisions: new PlanDecisions(packed, codes), candidates: atOnce(listCandidates(packed, codes)) };
}

function session(id: string, stampMs: number): OwnedEntry {
  const identity = { dev: "1", ino: String(stampMs), markerDigest: "a".repeat(64) };
  return { kind: "owned", id, sessionId: id, stampMs, latestMs: stampMs, identity, bytes: null };
}
