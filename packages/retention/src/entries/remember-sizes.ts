import type { KnownSize } from "../journal.js";
import type { Steps } from "../turns.js";
import type { PackedEntries } from "./packed-entries.js";

const SIZES_PER_STEP = 256;

/** Gives sessions the sizes that were measured before, both in the order of decisions; what is out of order is left. */
export function* rememberSizes(entries: PackedEntries, sizes: Iterable<KnownSize>): Steps<void> {
  let position = 0;
  let count = 0;
  for (const { id, stampMs, bytes } of sizes) {
    if (++count % SIZES_PER_STEP === 0) yield;
    // What has no stamp comes last.
    if (stampMs === null) return;
    while (position < entries.sessionCount && isBefore(entries, { position, id, stampMs })) {
      position += 1;
      if (position % SIZES_PER_STEP === 0) yield;
    }
    const row = entries.rowAt(position);
    if (position < entries.sessionCount && entries.table.nameOf(row) === id) entries.table.setBytes(row, bytes);
  }
}

function isBefore(
  entries: PackedEntries,
  { position, id, stampMs }: { position: number; id: string; stampMs: number },
): boolean {
  const row = entries.rowAt(position);
  const ours = entries.table.stampMsOf(row);
  return ours < stampMs || (ours === stampMs && entries.table.nameOf(row) < id);
}
