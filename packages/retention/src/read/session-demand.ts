import type { ClassifiedEntry } from "../classified-entry.js";
import type { PackedEntries } from "../entries/packed-entries.js";
import type { Demand } from "../plan/sheet.js";
import { ReadAhead } from "./read-ahead.js";
import type { SessionReader } from "./session-reader.js";

/** Reads and measures the sessions that a plan asks for. */
export function createSessionDemand(
  entries: PackedEntries,
  { reader, full }: { readonly reader: SessionReader; readonly full: boolean },
): Demand {
  const { table } = entries;
  const isSessionAt = (position: number) => position >= 0 && position < entries.sessionCount;
  const kindAt = (position: number) => table.kindOf(entries.rowAt(position));
  const isMeasured = new Uint8Array(entries.sessionCount);
  const namesAt = (positions: readonly number[]) => positions.map((at) => table.nameOf(entries.rowAt(at)));
  const read = new ReadAhead({
    fetch: (positions) => reader.classify(namesAt(positions)),
    isWanted: (position) => isSessionAt(position) && kindAt(position) === "unread",
  });
  const measured = new ReadAhead({
    fetch: (positions) => reader.measure(namesAt(positions)),
    isWanted: (position) => isSessionAt(position) && kindAt(position) !== "unknown" && isMeasured[position] === 0,
  });
  return {
    full,
    *read(position) {
      const row = entries.rowAt(position);
      table.put(row, inPlace(yield* read.get(position), table.stampMsOf(row)));
    },
    *measure(position) {
      if (isMeasured[position] === 1) return;
      isMeasured[position] = 1;
      table.setBytes(entries.rowAt(position), yield* measured.get(position));
    },
  };
}

// Its place in the order is by the stamp it was listed with; a rule that now gives another is broken.
function inPlace(entry: ClassifiedEntry | null, stampMs: number): ClassifiedEntry | null {
  if (entry === null || !("stampMs" in entry) || entry.stampMs === stampMs) return entry;
  return { kind: "unknown", id: entry.id, reason: "rule_failed", bytes: null };
}
