import type { Decision, Rule } from "@caretaker/retention";

/** How many entries a rule decided about, and their bytes. */
export interface RuleTally {
  readonly action: Decision["action"];
  readonly rule: Rule;
  readonly entries: number;
  /** Bytes of those that were measured; `null` when none was. */
  readonly bytes: number | null;
}

/** Counts decisions by rule: what deletes first, then what keeps, then what is not provably ours, each by name. */
export function tallyRules(decisions: Iterable<Decision>): readonly RuleTally[] {
  const tallies = new Map<string, { -readonly [key in keyof RuleTally]: RuleTally[key] }>();
  for (const { action, rule, entry } of decisions) {
    const tally = tallies.get(rule) ?? { action, rule, entries: 0, bytes: null };
    tally.entries += 1;
    if (entry.bytes !== null) tally.bytes = (tally.bytes ?? 0) + entry.bytes;
    tallies.set(rule, tally);
  }
  return [...tallies.values()].sort((a, b) => weight(a) - weight(b) || (a.rule < b.rule ? -1 : 1));
}

function weight({ action, rule }: RuleTally): number {
  if (action === "delete") return 0;
  return rule.startsWith("unknown:") ? 2 : 1;
}

/** The bytes of all that one action takes; `null` when none was measured. */
export function bytesOf(tallies: readonly RuleTally[], action: RuleTally["action"]): number | null {
  const known = tallies.filter((tally) => tally.action === action && tally.bytes !== null);
  return known.length === 0 ? null : known.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}
