import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyInput } from "../plan/naive-plan.test.fixture.js";
import { planCleanup } from "../plan/plan-cleanup.js";
import { MAX_REPORTED_IDS } from "../report.js";
import { comparePlans } from "./compare-plans.js";

describe("comparePlans", () => {
  it("says what another policy would delete besides, and what no longer", () => {
    const twoPlans = fc.property(anyInput, anyInput, ({ scan, policy, facts }, other) => {
      const [now, changed] = [planCleanup(scan, policy, facts), planCleanup(scan, other.policy, facts)];
      const [before, after] = [[...now.candidates], [...changed.candidates]].map((list) =>
        list.map(({ entry }) => entry),
      );
      const without = (some = before, others = after) => some?.filter(({ id }) => !others?.some((o) => o.id === id));
      expect(comparePlans(now, changed)).toEqual({
        now: counted(before),
        changed: counted(after),
        more: counted(without(after, before)),
        fewer: counted(without(before, after)),
      });
    });
    fc.assert(twoPlans, { numRuns: 300 });
  });
});

function counted(entries: readonly { id: string; bytes: number | null }[] = []) {
  const bytes = entries.reduce((sum, entry) => sum + (entry.bytes ?? 0), 0);
  return { count: entries.length, bytes, ids: entries.slice(0, MAX_REPORTED_IDS).map(({ id }) => id) };
}
