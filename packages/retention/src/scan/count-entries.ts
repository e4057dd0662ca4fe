import type { ClassifiedEntry } from "../classified-entry.js";

/** How many entries have which code. */
export interface EntryCounts {
  readonly owned: number;
  readonly active: number;
  readonly held: number;
  readonly unread: number;
  /** What Caretaker itself keeps in the root. */
  readonly caretaker: number;
  /** By reason. */
  readonly unknown: Readonly<Record<string, number>>;
}

/** Counts entries by their code. */
export function countEntries(entries: Iterable<ClassifiedEntry>): EntryCounts {
  const counts = { owned: 0, active: 0, held: 0, unread: 0, caretaker: 0 };
  const unknown = new Map<string, number>();
  for (const entry of entries) {
    if (entry.kind === "unknown") unknown.set(entry.reason, (unknown.get(entry.reason) ?? 0) + 1);
    else counts[entry.kind] += 1;
  }
  return { ...counts, unknown: Object.fromEntries([...unknown].sort(([a], [b]) => (a < b ? -1 : 1))) };
}
