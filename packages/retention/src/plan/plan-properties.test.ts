import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OwnedEntry } from "../classified-entry.js";
import type { Candidate, CleanupPlan } from "../cleanup-plan.js";
import {
  type AnyInput,
  anyInput,
  hasKeepRule,
  isPinned,
  isSession,
  naiveRules,
  protection,
} from "./naive-plan.test.fixture.js";
import { planCleanup, planInTurns } from "./plan-cleanup.js";

describe("any plan", () => {
  it("is what the rules say when they are worked out the slow way", () => {
    forAnyPlan(({ plan, input }) => {
      const rules = new Map([...plan.decisions].map(({ rule, entry }) => [entry.id, rule]));
      expect(rules).toEqual(naiveRules(input));
    });
  });

  it("deletes owned sessions only, and none that is pinned, too young or waiting after failures", () => {
    forAnyPlan(({ candidates, input }) => {
      for (const { entry } of candidates) {
        expect(entry.kind).toBe("owned");
        expect(isPinned(entry, input.facts)).toBe(false);
        expect(protection(entry, input)).toBeNull();
      }
    });
  });

  it("leaves at least the newest `last`, whatever a mark asks for", () => {
    forAnyPlan(({ candidates, input }) => {
      const owned = [...input.scan.entries].filter((entry): entry is OwnedEntry => entry.kind === "owned");
      const newest = owned.sort((a, b) => b.stampMs - a.stampMs || (a.id < b.id ? 1 : -1));
      const deleted = new Set(candidates.map(({ entry }) => entry.id));
      for (const { id } of newest.slice(0, input.policy.last ?? 0)) expect(deleted).not.toContain(id);
    });
  });

  it("deletes nothing by the keep rules when none is given", () => {
    forAnyPlan(({ candidates, input }) => {
      if (!hasKeepRule(input.policy)) expect(candidates.map(({ rule }) => rule)).not.toContain("beyond_keep");
    });
  });

  it("deletes the older before the younger, and decides about every entry once", () => {
    forAnyPlan(({ plan, candidates, input }) => {
      const order = candidates.map(({ entry }) => [entry.stampMs, entry.id] as const);
      expect(order).toEqual([...order].sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1)));
      expect(candidates).toEqual([...plan.decisions].filter(({ action }) => action === "delete"));
      const ids = [...input.scan.entries].map(({ id }) => id).sort();
      expect([...plan.decisions].map(({ entry }) => entry.id).sort()).toEqual(ids);
    });
  });

  it("is the same for the same entries in any order, and when it is made in turns", async () => {
    await fc.assert(
      fc.asyncProperty(anyInput, async (input) => {
        const { scan, policy, facts } = input;
        const first = outline(planCleanup(scan, policy, facts));
        const reversed = { ...scan, entries: [...scan.entries].reverse() };
        expect(outline(planCleanup(reversed, policy, facts))).toEqual(first);
        expect(outline(await planInTurns(scan, policy, facts))).toEqual(first);
      }),
      { numRuns: 200 },
    );
  });

  it("plans nothing once it was applied, with what it freed on the disk or in the trash", () => {
    forAnyPlan(({ plan, input }) => {
      const { scan, policy, facts } = input;
      const entries = [...plan.decisions].flatMap(({ action, entry }) => (action === "keep" ? [entry] : []));
      const freed = freedBy([...plan.candidates]);
      const disk = { ...scan.disk, freeBytes: scan.disk.freeBytes + freed };
      expect([...planCleanup({ ...scan, entries, disk }, policy, facts).candidates]).toEqual([]);
      const waiting = { ...facts, trashBytes: (facts.trashBytes ?? 0) + freed };
      expect([...planCleanup({ ...scan, entries }, policy, waiting).candidates]).toEqual([]);
    });
  });

  it("takes no more for a mark than it needs: without its youngest session the mark is not met", () => {
    forAnyPlan(({ candidates, input }) => {
      for (const mark of ["max_bytes", "min_free"] as const) {
        const youngest = candidates.findLast(({ rule }) => rule === mark);
        const less = candidates.filter((candidate) => candidate !== youngest && isBefore(candidate.rule, mark));
        if (youngest !== undefined) expect(lackOf(mark, less, input)).toBeGreaterThan(0);
      }
    });
  });

  it("says by how much a mark stays unmet, exactly then", () => {
    forAnyPlan(({ plan, candidates, input }) => {
      const lacks = (["max_bytes", "min_free"] as const).flatMap((mark) => {
        const bytes = lackOf(
          mark,
          candidates.filter(({ rule }) => isBefore(rule, mark)),
          input,
        );
        return bytes > 0 ? [{ mark, bytes }] : [];
      });
      expect(plan.shortfalls).toEqual(lacks);
    });
  });

  it("deletes no more by the keep rules when a rule keeps more", () => {
    forAnyPlan(({ candidates, input }) => {
      const { scan, facts } = input;
      const policy = { ...input.policy, maxBytes: null, minFree: null };
      if (!hasKeepRule(policy)) return;
      const wider = {
        ...policy,
        last: (policy.last ?? 0) + 1,
        daily: (policy.daily ?? 0) + 1,
        minAgeMs: policy.minAgeMs + 1,
      };
      const deleted = new Set(candidates.map(({ entry }) => entry.id));
      for (const { entry } of planCleanup(scan, wider, facts).candidates) expect(deleted).toContain(entry.id);
    });
  });
});

interface AnyPlan {
  readonly input: AnyInput;
  readonly plan: CleanupPlan;
  readonly candidates: readonly Candidate[];
}

function forAnyPlan(check: (any: AnyPlan) => void): void {
  const property = fc.property(anyInput, (input) => {
    const plan = planCleanup(input.scan, input.policy, input.facts);
    check({ input, plan, candidates: [...plan.candidates] });
  });
  fc.assert(property, { numRuns: 500 });
}

function outline({ id, decisions, candidates, shortfalls }: CleanupPlan) {
  return { id, decisions: [...decisions], candidates: [...candidates], shortfalls };
}

function freedBy(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { entry }) => sum + (entry.bytes ?? 0), 0);
}

function isBefore(rule: Candidate["rule"], mark: "max_bytes" | "min_free"): boolean {
  return mark === "min_free" || rule !== "min_free";
}

/** How far the mark is from being met when only these are deleted; 0 or less when it is. */
function lackOf(
  mark: "max_bytes" | "min_free",
  deleted: readonly Candidate[],
  { scan, policy, facts }: AnyInput,
): number {
  if (mark === "max_bytes") {
    const all = [...scan.entries].filter(isSession).reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    return policy.maxBytes === null ? 0 : all - freedBy(deleted) - policy.maxBytes;
  }
  const freeBytes = scan.disk.freeBytes + (facts.trashBytes ?? 0);
  if (policy.minFree === null || freeBytes >= policy.minFree.warnBytes) return 0;
  return policy.minFree.targetBytes - freeBytes - freedBy(deleted);
}
