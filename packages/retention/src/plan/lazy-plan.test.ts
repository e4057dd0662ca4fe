import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClassifiedEntry, SessionEntry } from "../classified-entry.js";
import { packEntries } from "../entries/pack-entries.js";
import type { PackedEntries } from "../entries/packed-entries.js";
import { atOnce } from "../turns.js";
import { type AnyInput, anyInput, isSession, naiveRules } from "./naive-plan.test.fixture.js";
import { planCleanup, planSteps } from "./plan-cleanup.js";
import type { Demand } from "./sheet.js";

describe("a plan that reads only what decides", () => {
  it("deletes what it would delete had it read everything, whatever the sessions turn out to be", () => {
    forAnyRoot((input) => {
      const { plan } = planLazily(input);
      const full = planCleanup(input.found, input.policy, input.facts);
      expect([...plan.candidates]).toEqual([...full.candidates]);
      expect(plan.id).toBe(full.id);
      expect(plan.shortfalls).toEqual(full.shortfalls);
    });
  });

  it("has one decision for everything that did not vanish, sessions first, each in its order", () => {
    forAnyRoot((input) => {
      const { plan, entries, vanished, read } = planLazily(input);
      const kinds = [...plan.decisions].map(({ entry }) => entry.kind === "unknown");
      expect(kinds).toEqual([...kinds].sort());
      expect(plan.decisions).toHaveLength([...plan.decisions].length);
      const names = (list: Iterable<{ id: string }>) => [...list].map(({ id }) => id).sort();
      const seenGone = (id: string) => input.gone.has(id) && read.has(id);
      const left = [...input.scan.entries].filter(({ id }) => !seenGone(id));
      expect(names([...plan.decisions].map(({ entry }) => entry))).toEqual(names(left));
      expect(entries).toHaveLength(left.length);
      expect(left.length + vanished).toBe([...input.scan.entries].length);
    });
  });

  it("reads every session when it is told to, and then decides by the same rules one by one", () => {
    forAnyRoot((input) => {
      const { plan, read } = planLazily(input, { full: true });
      expect(read.size).toBe(input.listed);
      const rules = new Map([...plan.decisions].map(({ rule, entry }) => [entry.id, rule]));
      expect(rules).toEqual(naiveRules({ ...input, scan: input.found }));
    });
  });

  it("deletes nothing else when the sizes that are remembered are lies", () => {
    const lies = fc.func(fc.constantFrom(null, 0, 1, 5, 1e12));
    forAnyRoot((input, lie) => {
      const { plan } = planLazily(input, { sizeOf: (id) => lie(id) });
      const full = new Set(
        [...planCleanup(input.found, input.policy, input.facts).candidates].map(({ entry }) => entry.id),
      );
      for (const { entry } of plan.candidates) expect(full).toContain(entry.id);
    }, lies);
  });
});

interface AnyRoot extends AnyInput {
  /** What reading shows, vanished sessions left out. */
  readonly found: AnyInput["scan"];
  readonly gone: ReadonlySet<string>;
  /** How many are named like sessions. */
  readonly listed: number;
}

const whatBecomes = fc.func(fc.constantFrom("read", "read", "read", "unknown", "gone"));

function forAnyRoot(
  check: (input: AnyRoot, lie: (id: string) => number | null) => void,
  lies: fc.Arbitrary<(id: string) => number | null> = fc.func(fc.constant(null)),
) {
  const property = fc.property(anyInput, whatBecomes, lies, (input, fate, lie) => {
    check(rootOf(input, fate), lie);
  });
  fc.assert(property, { numRuns: 300 });
}

function rootOf(input: AnyInput, fate: (id: string) => string): AnyRoot {
  const entries = [...input.scan.entries].filter(({ kind }) => kind !== "unread");
  const sessions = entries.filter(isSession);
  const gone = new Set(sessions.filter(({ id }) => fate(id) === "gone").map(({ id }) => id));
  const found = entries.flatMap((entry): ClassifiedEntry[] => {
    if (!isSession(entry) || fate(entry.id) === "read") return [entry];
    return gone.has(entry.id) ? [] : [{ kind: "unknown", id: entry.id, reason: "marker_missing", bytes: null }];
  });
  return {
    ...input,
    scan: { ...input.scan, entries },
    found: { ...input.scan, entries: found },
    gone,
    listed: sessions.length,
  };
}

function planLazily(
  input: AnyRoot,
  { full = false, sizeOf = () => null }: { full?: boolean; sizeOf?: (id: string) => number | null } = {},
) {
  const unread = [...input.scan.entries].map(
    (entry): ClassifiedEntry => (isSession(entry) ? unreadOf(entry, sizeOf) : entry),
  );
  const entries = atOnce(packEntries(unread));
  const read = new Set<string>();
  const demand = demandOf(entries, { input, full, read });
  const planned = atOnce(planSteps({ ...input.scan, entries }, input.policy, { ...input.facts, demand }));
  return { ...planned, read };
}

function unreadOf({ id, stampMs }: SessionEntry, sizeOf: (id: string) => number | null): ClassifiedEntry {
  return { kind: "unread", id, stampMs, bytes: sizeOf(id) };
}

function demandOf(
  entries: PackedEntries,
  { input, full, read }: { input: AnyRoot; full: boolean; read: Set<string> },
): Demand {
  const found = new Map([...input.found.entries].map((entry) => [entry.id, entry]));
  const foundAt = (position: number) => found.get(entries.table.nameOf(entries.rowAt(position))) ?? null;
  return {
    full,
    *read(position) {
      yield;
      read.add(entries.table.nameOf(entries.rowAt(position)));
      const entry = foundAt(position);
      entries.table.put(
        entries.rowAt(position),
        entry !== null && "bytes" in entry ? { ...entry, bytes: null } : entry,
      );
    },
    *measure(position) {
      yield;
      const entry = foundAt(position);
      entries.table.setBytes(entries.rowAt(position), entry !== null && "bytes" in entry ? entry.bytes : null);
    },
  };
}
