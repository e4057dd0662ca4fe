import { describe, expect, it } from "vitest";
import type { ClassifiedEntry, OwnedEntry } from "../classified-entry.js";
import { packEntries } from "../entries/pack-entries.js";
import { atOnce } from "../turns.js";
import { Sheet } from "./sheet.js";
import { sortOut } from "./sort-out.js";

const POLICY = {
  ...{ last: 1, withinMs: null, daily: null, weekly: null, monthly: null },
  ...{ maxBytes: null, minFree: null, minAgeMs: 1 },
};

describe("sorting out what sessions turned out to be", () => {
  it("leaves everything as it is, and copies nothing, when all are still sessions", () => {
    const sheet = sheetOf([session("a", 1), unknown("b")]);
    expect(atOnce(sortOut(sheet))).toEqual({ entries: sheet.entries, rules: sheet.rules });
    expect(atOnce(sortOut(sheet)).entries).toBe(sheet.entries);
  });

  it("puts what is none among the unknown by their names, leaves out what has vanished, and keeps the rules in step", () => {
    const sheet = sheetOf([
      session("d", 1),
      session("gone", 2),
      session("kept", 3),
      session("b", 4),
      session("last", 5),
      unknown("c"),
    ]);
    for (const [position, rule] of (["unread", "unread", "beyond_keep", "unread", "keep_last"] as const).entries())
      sheet.rules.set(position, rule);
    const become = (position: number, entry: ClassifiedEntry | null) =>
      sheet.entries.table.put(sheet.entries.rowAt(position), entry);
    become(0, unknown("d"));
    become(1, null);
    become(3, unknown("b"));
    const { entries, rules } = atOnce(sortOut(sheet));
    expect([...entries].map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      ...["owned kept", "owned last"],
      ...["unknown b", "unknown c", "unknown d"],
    ]);
    expect([entries.sessionCount, entries.unknownCount]).toEqual([2, 3]);
    expect([rules.get(0), rules.get(1)]).toEqual(["beyond_keep", "keep_last"]);
  });
});

function sheetOf(entries: readonly ClassifiedEntry[]): Sheet {
  return new Sheet(atOnce(packEntries(entries)), { policy: POLICY, facts: { nowMs: 10 }, freeBytes: 0, demand: null });
}

function unknown(id: string): ClassifiedEntry {
  return { kind: "unknown", id, reason: "marker_missing", bytes: null };
}

function session(id: string, stampMs: number): OwnedEntry {
  const identity = { dev: "1", ino: String(stampMs), markerDigest: "a".repeat(64) };
  return { kind: "owned", id, sessionId: id, stampMs, latestMs: stampMs, identity, bytes: null };
}
