import type { ClassifiedEntry } from "../classified-entry.js";
import type { ReadonlyList } from "../readonly-list.js";
import type { Steps } from "../turns.js";
import { EntryTable } from "./entry-table.js";
import { orderEntries, PackedEntries } from "./packed-entries.js";

/** The entries packed and in order; those of a scan are already. */
export function* packEntries(entries: ReadonlyList<ClassifiedEntry>): Steps<PackedEntries> {
  if (entries instanceof PackedEntries) return entries;
  const table = new EntryTable();
  for (const entry of entries) {
    if (table.add(entry) % ENTRIES_PER_STEP === 0) yield;
  }
  return yield* orderEntries(table);
}

const ENTRIES_PER_STEP = 1024;
