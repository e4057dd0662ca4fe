import type { Scan } from "../classified-entry.js";
import { EntryTable } from "../entries/entry-table.js";
import { orderEntries, type PackedEntries } from "../entries/packed-entries.js";
import { readDiskSpace } from "../root/disk-space.js";
import { readRootIdentity } from "../root/root-identity.js";
import type { RetentionTarget } from "../target.js";
import { inTurns, type Steps } from "../turns.js";
import { type ListContext, listContext, listEntries } from "./list-entries.js";
import type { ScanOptions } from "./scan.js";

/** A scan whose entries can be read further. */
export type Listing = Scan & { readonly entries: PackedEntries };

/**
 * Lists the target's root in slices of time. What is named like a session of ours and is a directory is `unread`; all
 * else has its code already. What vanishes meanwhile is not among them.
 *
 * @throws the signal's reason when aborted, and the system's error when the root cannot be listed.
 */
export async function listRoot(
  target: Pick<RetentionTarget, "root" | "owns" | "activeForMs">,
  { nowMs, signal }: ScanOptions,
): Promise<Listing> {
  const root = readRootIdentity(target.root);
  const entries = await inTurns(listSteps(listContext({ root, target, nowMs })), { signal });
  return { root, entries, disk: readDiskSpace(root.path) };
}

const ENTRIES_PER_STEP = 128;

function* listSteps(context: ListContext): Steps<PackedEntries> {
  const table = new EntryTable();
  let count = 0;
  for (const entry of listEntries(context)) {
    if (entry !== null) table.add(entry);
    if (++count % ENTRIES_PER_STEP === 0) yield;
  }
  return yield* orderEntries(table);
}
