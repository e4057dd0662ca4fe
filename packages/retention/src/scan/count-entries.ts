import type { ClassifiedEntry, UnknownEntry } from "../classified-entry.js";

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

/** What of an entry is counted: its code. */
export type EntryCode =
  | { readonly kind: Exclude<ClassifiedEntry["kind"], "unknown"> }
  | Pick<UnknownEntry, "kind" | "reason">;

/** Counts entries by their code, as they come. */
export class EntryTally {
  readonly #counts = { owned: 0, active: 0, held: 0, unread: 0, caretaker: 0 };
  readonly #unknown = new Map<string, number>();

  add(entry: EntryCode): void {
    if (entry.kind !== "unknown") this.#counts[entry.kind] += 1;
    else this.#unknown.set(entry.reason, (this.#unknown.get(entry.reason) ?? 0) + 1);
  }

  counts(): EntryCounts {
    const unknown = Object.fromEntries([...this.#unknown].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { ...this.#counts, unknown };
  }
}

/** Counts entries by their code. */
export function countEntries(entries: Iterable<EntryCode>): EntryCounts {
  const tally = new EntryTally();
  for (const entry of entries) tally.add(entry);
  return tally.counts();
}
