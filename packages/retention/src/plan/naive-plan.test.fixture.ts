import fc from "fast-check";
import type { ClassifiedEntry, OwnedEntry, Scan, SessionEntry } from "../classified-entry.js";
import type { Policy } from "../policy.js";
import type { PlanFacts } from "./plan-cleanup.js";

const HOUR_MS = 3_600_000;

/** A root, a policy and facts: everything a plan is made of. */
export interface AnyInput {
  readonly scan: Scan;
  readonly policy: Policy;
  readonly facts: PlanFacts;
}

type Input = Pick<AnyInput, "policy" | "facts">;

/** What the contract says of these entries, worked out the plain and slow way: id → rule. */
export function naiveRules({ scan, policy, facts }: AnyInput): Map<string, string> {
  const entries = [...scan.entries];
  const sessions = entries.filter(isSession).sort(byAge);
  const counted = countedRules(sessions, policy);
  const rules = new Map(sessions.map((entry) => [entry.id, keepRule(entry, { policy, facts, counted })]));
  takeByMarks({ sessions, rules, scan, policy, facts });
  for (const entry of entries) if (entry.kind === "unknown") rules.set(entry.id, `unknown:${entry.reason}`);
  return rules;
}

export function isSession(entry: ClassifiedEntry): entry is SessionEntry {
  return entry.kind !== "unknown" && entry.kind !== "caretaker";
}

function byAge(a: SessionEntry, b: SessionEntry): number {
  return a.stampMs - b.stampMs || (a.id < b.id ? -1 : 1);
}

function countedRules(sessions: readonly SessionEntry[], policy: Policy): Map<string, Set<string>> {
  const owned = sessions.filter(({ kind }) => kind === "owned").reverse();
  return new Map([
    ["keep_last", new Set(owned.slice(0, policy.last ?? 0).map(({ id }) => id))],
    ["keep_daily", newestPer(owned, { count: policy.daily, period: (date) => date.toISOString().slice(0, 10) })],
    ["keep_weekly", newestPer(owned, { count: policy.weekly, period: mondayOf })],
    ["keep_monthly", newestPer(owned, { count: policy.monthly, period: (date) => date.toISOString().slice(0, 7) })],
  ]);
}

function mondayOf(date: Date): string {
  const monday = new Date(date);
  while (monday.getUTCDay() !== 1) monday.setUTCDate(monday.getUTCDate() - 1);
  return monday.toISOString().slice(0, 10);
}

function newestPer(
  owned: readonly SessionEntry[],
  { count, period }: { count: number | null; period: (date: Date) => string },
): Set<string> {
  const newest = new Map<string, string>();
  for (const { id, stampMs } of owned) {
    const key = period(new Date(stampMs));
    if (!newest.has(key)) newest.set(key, id);
  }
  return new Set([...newest.values()].slice(0, count ?? 0));
}

export function hasKeepRule({ last, withinMs, daily, weekly, monthly }: Policy): boolean {
  return !(last === null && withinMs === null && daily === null && weekly === null && monthly === null);
}

function keepRule(
  entry: SessionEntry,
  { policy, facts, counted }: Input & { counted: Map<string, Set<string>> },
): string {
  if (entry.kind === "active" || entry.kind === "held") return entry.kind;
  if (isPinned(entry, facts)) return "restored";
  if (counted.get("keep_last")?.has(entry.id)) return "keep_last";
  if (policy.withinMs !== null && facts.nowMs - entry.stampMs <= policy.withinMs) return "keep_within";
  for (const rule of ["keep_daily", "keep_weekly", "keep_monthly"]) if (counted.get(rule)?.has(entry.id)) return rule;
  if (!hasKeepRule(policy)) return "within_marks";
  return protection(entry, { policy, facts }) ?? (entry.kind === "owned" ? "beyond_keep" : "unread");
}

export function isPinned({ id }: SessionEntry, { nowMs, pins }: PlanFacts): boolean {
  return (pins?.get(id) ?? 0) > nowMs;
}

/** What keeps a session that the policy would let go. */
export function protection(entry: SessionEntry, { policy, facts }: Input): "min_age" | "backing_off" | null {
  const latestMs = entry.kind === "unread" ? entry.stampMs : Math.max(entry.stampMs, entry.latestMs);
  if (facts.nowMs - latestMs < policy.minAgeMs) return "min_age";
  return (facts.backOffs?.get(entry.id) ?? 0) > facts.nowMs ? "backing_off" : null;
}

interface Taking extends AnyInput {
  readonly sessions: readonly SessionEntry[];
  readonly rules: Map<string, string>;
}

function takeByMarks(taking: Taking): void {
  const { sessions, rules, scan, policy, facts } = taking;
  const sum = (deleted: boolean) =>
    sessions
      .filter(({ id }) => isDeleting(rules.get(id)) === deleted)
      .reduce((all, { bytes }) => all + (bytes ?? 0), 0);
  const { maxBytes, minFree } = policy;
  if (maxBytes !== null) takeUntil(taking, { rule: "max_bytes", isMet: () => sum(false) <= maxBytes });
  const freeBytes = scan.disk.freeBytes + (facts.trashBytes ?? 0);
  if (minFree === null || freeBytes >= minFree.warnBytes) return;
  takeUntil(taking, { rule: "min_free", isMet: () => freeBytes + sum(true) >= minFree.targetBytes });
}

function isDeleting(rule: string | undefined): boolean {
  return rule === "beyond_keep" || rule === "max_bytes" || rule === "min_free";
}

function takeUntil(
  { sessions, rules, policy, facts }: Taking,
  { rule, isMet }: { rule: string; isMet: () => boolean },
): void {
  for (const entry of sessions) {
    if (isMet()) return;
    const before = rules.get(entry.id) ?? "";
    if (isDeleting(before) || ["active", "held", "restored", "keep_last"].includes(before)) continue;
    const protectedBy = protection(entry, { policy, facts });
    if (protectedBy !== null && before === "within_marks") rules.set(entry.id, protectedBy);
    if (protectedBy === null && entry.kind === "owned" && (entry.bytes ?? 0) > 0) rules.set(entry.id, rule);
  }
}

// A few weeks around a new year, in hours: ties, ends of days, weeks and months and equal ages come up all the time.
const START_MS = Date.UTC(2023, 11, 18);
const anyHour = fc.integer({ min: 0, max: 24 * 60 });
const sixHours = fc.integer({ min: 0, max: 4 * 45 }).map((quarter) => quarter * 6);

const anyEntry = fc.record({
  kind: fc.constantFrom(...(["owned", "owned", "owned", "owned", "active", "held", "unread", "unknown"] as const)),
  hour: sixHours,
  lastsHours: fc.constantFrom(0, 1, 30),
  bytes: fc.option(fc.integer({ min: 0, max: 6 })),
});

/** Entries as a full scan may find them, in no order. */
const anyEntries: fc.Arbitrary<ClassifiedEntry[]> = fc
  .array(anyEntry, { maxLength: 30 })
  .map((parts) => parts.map((part, index) => toEntry({ ...part, id: `s${(index * 17) % 31}` })));

interface Parts {
  readonly kind: OwnedEntry["kind"] | "unread" | "unknown";
  readonly id: string;
  readonly hour: number;
  readonly lastsHours: number;
  readonly bytes: number | null;
}

function toEntry({ kind, id, hour, lastsHours, bytes }: Parts): ClassifiedEntry {
  const stampMs = START_MS + hour * HOUR_MS;
  if (kind === "unknown") return { kind, id, reason: "marker_missing", bytes };
  if (kind === "unread") return { kind, id, stampMs, bytes };
  const identity = { dev: "1", ino: `1${id.slice(1)}`, markerDigest: id.slice(1).padStart(64, "0") };
  return { kind, id, sessionId: id, stampMs, latestMs: stampMs + lastsHours * HOUR_MS, identity, bytes };
}

const anyCount = fc.option(fc.integer({ min: 1, max: 8 }), { freq: 2 });
const anyHours = fc.integer({ min: 1, max: 24 * 20 }).map((hours) => hours * HOUR_MS);

/** Policies of every shape a target may have. */
const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    last: anyCount,
    withinMs: fc.option(anyHours, { freq: 2 }),
    daily: anyCount,
    weekly: anyCount,
    monthly: anyCount,
    maxBytes: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 2 }),
    minFree: fc.option(
      fc
        .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 }))
        .map(([warnBytes, more]) => ({ warnBytes, targetBytes: warnBytes + more })),
      { freq: 2 },
    ),
    minAgeMs: fc.constantFrom(1, HOUR_MS, 48 * HOUR_MS),
  })
  .filter((policy) => hasKeepRule(policy) || policy.maxBytes !== null || policy.minFree !== null);

const anyUntils = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 30 }), anyHour), { maxLength: 4 })
  .map((pairs) => new Map(pairs.map(([n, hour]) => [`s${n}`, START_MS + hour * HOUR_MS])));

/** Everything a plan is made of. */
export const anyInput: fc.Arbitrary<AnyInput> = fc
  .record({
    entries: anyEntries,
    policy: anyPolicy,
    nowHour: fc.integer({ min: 24 * 30, max: 24 * 50 }),
    ...{ pins: anyUntils, backOffs: anyUntils },
    freeBytes: fc.integer({ min: 0, max: 45 }),
    trashBytes: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
  })
  .map(({ entries, policy, nowHour, pins, backOffs, freeBytes, trashBytes }) => ({
    scan: { root: { path: "/srv", dev: "1", ino: "2" }, entries, disk: { freeBytes, totalBytes: 1_000 } },
    policy,
    facts: { nowMs: START_MS + nowHour * HOUR_MS, pins, backOffs, ...(trashBytes !== undefined && { trashBytes }) },
  }));
