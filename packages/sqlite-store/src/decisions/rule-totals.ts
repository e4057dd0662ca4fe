import type { RecordedDecision, Rule } from "@caretaker/retention";

/** What one rule decided in one run. */
export interface RuleTotal {
  readonly rule: Rule;
  readonly sessions: number;
  /** Of those that were measured. */
  readonly bytes: number;
  /** How many were never measured. */
  readonly unmeasured: number;
}

/** The sums of several. */
export function addTotals(parts: readonly (readonly RuleTotal[])[]): readonly RuleTotal[] {
  const byRule = new Map<Rule, RuleTotal>();
  for (const { rule, sessions, bytes, unmeasured } of parts.flat()) {
    const sum = byRule.get(rule) ?? { rule, sessions: 0, bytes: 0, unmeasured: 0 };
    byRule.set(rule, {
      rule,
      sessions: sum.sessions + sessions,
      bytes: sum.bytes + bytes,
      unmeasured: sum.unmeasured + unmeasured,
    });
  }
  return [...byRule.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

/** Sums decisions up by their rule; `add` each once. */
export function createRuleTotals(): { add(decision: RecordedDecision): void; totals(): readonly RuleTotal[] } {
  const byRule = new Map<Rule, RuleTotal>();
  return {
    add: ({ rule, bytes }) => {
      const { sessions, bytes: sum, unmeasured } = byRule.get(rule) ?? { sessions: 0, bytes: 0, unmeasured: 0 };
      const isMeasured = bytes !== null;
      byRule.set(rule, {
        rule,
        sessions: sessions + 1,
        bytes: sum + (bytes ?? 0),
        unmeasured: unmeasured + Number(!isMeasured),
      });
    },
    totals: () => [...byRule.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1)),
  };
}
