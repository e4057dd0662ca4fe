import type { OwnedEntry, Scan } from "./classified-entry.js";
import type { CleanupPlan, Decision } from "./cleanup-plan.js";
import { planIdOf } from "./plan-id.js";
import type { Policy } from "./policy.js";
import type { KeepRule } from "./rule.js";

/** Decides for every entry of a scan. Pure: the same scan, policy and time give the same plan. */
export function planCleanup(scan: Scan, policy: Policy, nowMs: number): CleanupPlan {
  const sessions = scan.entries.filter((entry) => entry.kind !== "unknown" && entry.kind !== "trash").sort(byAge);
  const unknown = scan.entries.filter((entry) => entry.kind === "unknown").sort((a, b) => compare(a.id, b.id));
  const newest = newestOwned(sessions, policy.last);
  const decisions = [
    ...sessions.map((entry) => decide(entry, keepRuleOf(entry, { policy, nowMs, newest }))),
    ...unknown.map((entry): Decision => ({ action: "keep", rule: `unknown:${entry.reason}`, entry })),
  ];
  return { id: planIdOf({ root: scan.root, policy, decisions }), root: scan.root, policy, decisions };
}

function byAge(a: OwnedEntry, b: OwnedEntry): number {
  return a.stampMs - b.stampMs || compare(a.id, b.id);
}

// By code unit, never by locale: two machines must order the same names alike.
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

// Active and held sessions take no place among the `last`: a hold must not push a session out that the rule promises.
function newestOwned(sessions: readonly OwnedEntry[], last: number | null): ReadonlySet<OwnedEntry> {
  if (last === null) return new Set();
  return new Set(sessions.filter((entry) => entry.kind === "owned").slice(-last));
}

interface Terms {
  readonly policy: Policy;
  readonly nowMs: number;
  readonly newest: ReadonlySet<OwnedEntry>;
}

function keepRuleOf(entry: OwnedEntry, { policy, nowMs, newest }: Terms): KeepRule | null {
  if (entry.kind !== "owned") return entry.kind;
  if (newest.has(entry)) return "keep_last";
  if (policy.withinMs !== null && nowMs - entry.stampMs <= policy.withinMs) return "keep_within";
  // Written so that a time that is not a number keeps the session.
  return nowMs - Math.max(entry.stampMs, entry.latestMs) >= policy.minAgeMs ? null : "min_age";
}

function decide(entry: OwnedEntry, keepRule: KeepRule | null): Decision {
  return keepRule === null
    ? { action: "delete", rule: "beyond_keep", entry }
    : { action: "keep", rule: keepRule, entry };
}
