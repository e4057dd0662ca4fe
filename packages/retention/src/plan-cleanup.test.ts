import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClassifiedEntry, OwnedEntry, Scan } from "./classified-entry.js";
import type { CleanupPlan } from "./cleanup-plan.js";
import { planCleanup } from "./plan-cleanup.js";
import type { Policy } from "./policy.js";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2024, 5, 1);
const ROOT = { path: "/srv/recordings", dev: "1", ino: "2" };
const NO_MARKS = { daily: null, weekly: null, monthly: null, maxBytes: null, minFree: null };
const DISK = { freeBytes: 0, totalBytes: 0 };
const POLICY: Policy = { ...NO_MARKS, last: 1, withinMs: null, minAgeMs: HOUR_MS };

describe("planCleanup", () => {
  it("keeps the newest and deletes the rest, oldest first by the time in the name, ties by name", () => {
    const entries = [session("b", 30), session("new", 20), session("z", 40), session("a", 30)];
    expect(outline(plan(entries))).toEqual(["delete z", "delete a", "delete b", "keep new: keep_last"]);
  });

  it("keeps what any rule keeps", () => {
    const entries = [session("old", 50), session("recent", 30), session("newest", 20)];
    const policy = { ...NO_MARKS, last: 1, withinMs: 30 * HOUR_MS, minAgeMs: HOUR_MS };
    expect(outline(plan(entries, policy))).toEqual([
      "delete old",
      "keep recent: keep_within",
      "keep newest: keep_last",
    ]);
  });

  it.each([
    [HOUR_MS, "keep a: keep_within"],
    [HOUR_MS - 1, "delete a"],
  ])("keeps a session of one hour within %d ms: %s", (withinMs, expected) => {
    expect(outline(plan([session("a", 1)], { ...NO_MARKS, last: null, withinMs, minAgeMs: 1 }))).toEqual([expected]);
  });

  it.each([
    [HOUR_MS, "delete a"],
    [HOUR_MS + 1, "keep a: min_age"],
  ])("with a minimum age of %d ms, a session of one hour: %s", (minAgeMs, expected) => {
    expect(outline(plan([session("a", 1)], { ...NO_MARKS, last: null, withinMs: 1, minAgeMs }))).toEqual([expected]);
  });

  it("counts the minimum age from the latest moment the marker speaks of", () => {
    const justEnded = { ...session("a", 48), latestMs: NOW_MS - HOUR_MS + 1 };
    expect(outline(plan([justEnded], { ...POLICY, last: null, withinMs: 1 }))).toEqual(["keep a: min_age"]);
  });

  it("keeps what is dated in the future, and what has no usable date", () => {
    const odd = { ...session("b", 5), latestMs: Number.NaN };
    expect(outline(plan([session("a", -5), odd], { ...POLICY, last: null, withinMs: 1 }))).toEqual([
      "keep b: min_age",
      "keep a: keep_within",
    ]);
  });

  it("gives active and held sessions no place among the last", () => {
    const entries = [session("old", 50), session("held", 30, "held"), session("mine", 40), session("now", 2, "active")];
    expect(outline(plan(entries))).toEqual([
      "delete old",
      "keep mine: keep_last",
      "keep held: held",
      "keep now: active",
    ]);
  });

  it("shows unknown entries with their reason, last, and leaves our own trash out", () => {
    const unknown: ClassifiedEntry = { kind: "unknown", id: "notes", reason: "name_mismatch", bytes: null };
    const trash: ClassifiedEntry = { kind: "caretaker", id: ".caretaker-trash" };
    expect(outline(plan([unknown, trash, session("a", 5)]))).toEqual([
      "keep a: keep_last",
      "keep notes: unknown:name_mismatch",
    ]);
  });

  it("has another id for another root, policy or candidate, and only then", () => {
    const entries = [session("a", 50), session("b", 40), session("c", 30)];
    const base = plan(entries);
    const touched = { ...session("a", 50), identity: { dev: "1", ino: "a", markerDigest: "other" } };
    const others = [
      planCleanup({ root: { ...ROOT, ino: "3" }, disk: DISK, entries }, POLICY, { nowMs: NOW_MS }),
      plan(entries, { ...POLICY, last: 2 }),
      plan(entries, { ...POLICY, minAgeMs: HOUR_MS + 1 }),
      plan([touched, ...entries.slice(1)]),
    ];
    expect(new Set([base, ...others].map(({ id }) => id)).size).toBe(5);
    expect(
      planCleanup({ root: ROOT, disk: DISK, entries: [...entries].reverse() }, POLICY, { nowMs: NOW_MS + HOUR_MS }).id,
    ).toBe(base.id);
  });
});

describe("any plan", () => {
  it("never deletes what is active, held, unknown or too young", () => {
    forAnyPlan(({ deleted, policy, nowMs }) => {
      for (const entry of deleted) {
        expect(entry.kind).toBe("owned");
        expect(nowMs - entry.stampMs).toBeGreaterThanOrEqual(policy.minAgeMs);
        expect(nowMs - entry.latestMs).toBeGreaterThanOrEqual(policy.minAgeMs);
        if (policy.withinMs !== null) expect(nowMs - entry.stampMs).toBeGreaterThan(policy.withinMs);
      }
    });
  });

  it("leaves at least the last, and they are the newest", () => {
    forAnyPlan(({ deleted, kept, entries, policy }) => {
      const owned = entries.filter((entry): entry is OwnedEntry => entry.kind === "owned");
      const keptOwned = kept.filter((entry) => entry.kind === "owned");
      expect(keptOwned.length).toBeGreaterThanOrEqual(Math.min(policy.last ?? 0, owned.length));
      const newest = owned.sort((a, b) => b.stampMs - a.stampMs || (a.id < b.id ? 1 : -1)).slice(0, policy.last ?? 0);
      for (const entry of newest) expect(deleted).not.toContain(entry);
    });
  });

  it("deletes the older before the younger", () => {
    forAnyPlan(({ deleted }) => {
      const order = deleted.map(({ stampMs, id }) => [stampMs, id] as const);
      expect(order).toEqual([...order].sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1)));
    });
  });

  it("decides about every entry once, and alike for the same input in any order", () => {
    forAnyPlan(({ plan: first, entries, policy, nowMs }) => {
      expect([...first.decisions].map(({ entry }) => entry.id).sort()).toEqual(entries.map(({ id }) => id).sort());
      expect(planCleanup({ root: ROOT, disk: DISK, entries: [...entries].reverse() }, policy, { nowMs })).toEqual(
        first,
      );
    });
  });

  it("has nothing left to delete once it was applied", () => {
    forAnyPlan(({ plan: first, policy, nowMs }) => {
      const left = [...first.decisions].flatMap(({ action, entry }) => (action === "keep" ? [entry] : []));
      const second = planCleanup({ root: ROOT, disk: DISK, entries: left }, policy, { nowMs });
      expect([...second.decisions].filter(({ action }) => action === "delete")).toEqual([]);
    });
  });

  it("deletes no more when a rule keeps more", () => {
    forAnyPlan(({ deleted, entries, policy, nowMs }) => {
      const wider = { ...policy, last: (policy.last ?? 0) + 1, minAgeMs: policy.minAgeMs + 1 };
      const fewer = deletedBy(planCleanup({ root: ROOT, disk: DISK, entries }, wider, { nowMs }));
      for (const entry of fewer) expect(deleted).toContain(entry);
    });
  });
});

interface AnyPlan {
  readonly plan: CleanupPlan;
  readonly entries: ClassifiedEntry[];
  readonly deleted: OwnedEntry[];
  readonly kept: ClassifiedEntry[];
  readonly policy: Policy;
  readonly nowMs: number;
}

function forAnyPlan(check: (any: AnyPlan) => void): void {
  const property = fc.property(anyEntries, anyPolicy, fc.integer({ min: 0, max: 60 }), (entries, policy, nowMs) => {
    const result = planCleanup({ root: ROOT, disk: DISK, entries }, policy, { nowMs });
    const kept = [...result.decisions].flatMap(({ action, entry }) => (action === "keep" ? [entry] : []));
    check({ plan: result, entries: [...entries], deleted: deletedBy(result), kept, policy, nowMs });
  });
  fc.assert(property, { numRuns: 1_000 });
}

// Small numbers, so that ties and edges come up all the time.
const smallMs = fc.integer({ min: 0, max: 50 });
const anyEntries: fc.Arbitrary<ClassifiedEntry[]> = fc.uniqueArray(
  fc
    .oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constantFrom("owned", "owned", "active", "held"),
          stampMs: smallMs,
          lasts: smallMs,
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("unknown"), stampMs: smallMs, lasts: smallMs }) },
    )
    .chain(({ kind, stampMs, lasts }) =>
      fc.integer({ min: 0, max: 999 }).map((n) => toEntry({ kind, stampMs, lasts, n })),
    ),
  { selector: ({ id }) => id, maxLength: 25 },
);
const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    last: fc.option(fc.integer({ min: 1, max: 8 })),
    withinMs: fc.option(smallMs),
    minAgeMs: fc.integer({ min: 1, max: 20 }),
  })
  .map((rules) => ({ ...NO_MARKS, ...rules }))
  .filter(({ last, withinMs }) => last !== null || withinMs !== null);

function toEntry({
  kind,
  stampMs,
  lasts,
  n,
}: {
  kind: string;
  stampMs: number;
  lasts: number;
  n: number;
}): ClassifiedEntry {
  const id = `s${n}`;
  if (kind === "unknown") return { kind, id, reason: "name_mismatch", bytes: null };
  const identity = { dev: "1", ino: id, markerDigest: id };
  return {
    kind: kind as OwnedEntry["kind"],
    id,
    sessionId: id,
    stampMs,
    latestMs: stampMs + lasts,
    identity,
    bytes: null,
  };
}

function session(id: string, ageHours: number, kind: OwnedEntry["kind"] = "owned"): OwnedEntry {
  const stampMs = NOW_MS - ageHours * HOUR_MS;
  const identity = { dev: "1", ino: id, markerDigest: id };
  return { kind, id, sessionId: id, stampMs, latestMs: stampMs, identity, bytes: null };
}

function plan(entries: Scan["entries"], policy: Policy = POLICY): CleanupPlan {
  return planCleanup({ root: ROOT, disk: DISK, entries }, policy, { nowMs: NOW_MS });
}

function outline({ decisions }: CleanupPlan): string[] {
  return [...decisions].map(
    ({ action, rule, entry }) => `${action} ${entry.id}${action === "keep" ? `: ${rule}` : ""}`,
  );
}

function deletedBy({ decisions }: CleanupPlan): OwnedEntry[] {
  return [...decisions].flatMap(({ action, entry }) => (action === "delete" ? [entry] : []));
}
