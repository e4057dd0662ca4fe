import type { OwnedEntry, Scan, UnknownEntry } from "./classified-entry.js";
import type { Candidate, CleanupPlan, Decision } from "./cleanup-plan.js";
import { planIdOf } from "./plan-id.js";
import type { Policy } from "./policy.js";
import type { KeepRule } from "./rule.js";

/** What a plan depends on besides the scan and the policy. */
export interface PlanFacts {
  /** In ms since the epoch. */
  readonly nowMs: number;
  /** Session name → until when it is pinned, in ms since the epoch. */
  readonly pins?: ReadonlyMap<string, number>;
  /** Session name → until when taking it is not tried again, in ms since the epoch. */
  readonly backOffs?: ReadonlyMap<string, number>;
  /** Bytes that wait in the trash: they count as free already. */
  readonly trashBytes?: number;
}

/** Decides for every entry of a scan. Pure: the same scan, policy and facts give the same plan. */
export function planCleanup(scan: Scan, policy: Policy, { nowMs }: PlanFacts): CleanupPlan {
  const sessions = [...scan.entries].filter(isOwned).sort(byAge);
  const unknown = [...scan.entries].filter((entry): entry is UnknownEntry => entry.kind === "unknown");
  unknown.sort((a, b) => compare(a.id, b.id));
  const newest = newestOwned(sessions, policy.last);
  const decisions = [
    ...sessions.map((entry) => decide(entry, keepRuleOf(entry, { policy, nowMs, newest }))),
    ...unknown.map((entry): Decision => ({ action: "keep", rule: `unknown:${entry.reason}`, entry })),
  ];
  const candidates = decisions.filter((decision): decision is Candidate => decision.action === "delete");
  const { root } = scan;
  return { id: planIdOf({ root, policy, candidates }), root, policy, decisions, candidates, shortfalls: [] };
}

function isOwned(entry: { readonly kind: string }): entry is OwnedEntry {
  return entry.kind === "owned" || entry.kind === "active" || entry.kind === "held";
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
