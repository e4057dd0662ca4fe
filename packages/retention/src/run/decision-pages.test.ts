import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecordedDecision } from "../journal.js";
import { type AnyInput, anyInput } from "../plan/naive-plan.test.fixture.js";
import { planCleanup } from "../plan/plan-cleanup.js";
import { recordedDecisions } from "./decision-pages.js";

const DAY_MS = 86_400_000;

interface Page {
  readonly day: number | null;
  readonly digest: string;
  readonly decisions: readonly RecordedDecision[];
}

function pagesOf({ scan, policy, facts }: AnyInput): Page[] {
  const pages = recordedDecisions(planCleanup(scan, policy, facts).decisions).pages?.() ?? [];
  return [...pages].flatMap((page) => (page === undefined ? [] : [{ ...page, decisions: [...page.decisions] }]));
}

describe("a plan's decisions in pages", () => {
  it("are all of them, in order, each on the page of its day and those without a stamp on the last", () => {
    const property = fc.property(anyInput, (input) => {
      const { decisions } = planCleanup(input.scan, input.policy, input.facts);
      const pages = pagesOf(input);
      expect(pages.flatMap((page) => page.decisions)).toEqual([...recordedDecisions(decisions)]);
      expect([...recordedDecisions(decisions)]).toEqual(
        [...decisions].map(({ rule, entry }) => {
          return { id: entry.id, stampMs: entry.kind === "unknown" ? null : entry.stampMs, rule, bytes: entry.bytes };
        }),
      );
      for (const { day, decisions: ofDay } of pages) {
        expect(ofDay.length).toBeGreaterThan(0);
        for (const { stampMs } of ofDay) expect(stampMs === null ? null : Math.floor(stampMs / DAY_MS)).toBe(day);
      }
      const days = pages.map(({ day }) => day ?? Number.POSITIVE_INFINITY);
      expect(days).toEqual([...new Set(days)].sort((a, b) => a - b));
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("have the same digest exactly where they say the same", () => {
    const property = fc.property(anyInput, anyInput, (one, other) => {
      expect(pagesOf(one)).toEqual(pagesOf(one));
      const changed = [...pagesOf(other), ...pagesOf({ ...one, policy: other.policy, facts: other.facts })];
      for (const page of pagesOf(one)) {
        for (const another of changed) {
          const isSame = JSON.stringify(page.decisions) === JSON.stringify(another.decisions);
          expect(page.digest === another.digest).toBe(isSame);
        }
      }
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("are none of decisions that were made one by one: those can only be read", () => {
    expect(recordedDecisions([]).pages).toBeUndefined();
  });
});
