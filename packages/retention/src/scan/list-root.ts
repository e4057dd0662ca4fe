import { type Dir, type Dirent, opendirSync } from "node:fs";
import type { Scan } from "../classified-entry.js";
import { EntryTable } from "../entries/entry-table.js";
import { orderEntries, type PackedEntries } from "../entries/packed-entries.js";
import { readDiskSpace } from "../root/disk-space.js";
import { namesWithMounts } from "../root/mount-points.js";
import { readRootIdentity } from "../root/root-identity.js";
import type { RetentionTarget } from "../target.js";
import { inTurns, type Steps } from "../turns.js";
import { type ClassifyContext, classifyEntry, parseName } from "./classify.js";
import { decodeName } from "./entry-name.js";
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
  const context = { root, target, nowMs, mounts: namesWithMounts(root) };
  const entries = await inTurns(listSteps(context), { signal });
  return { root, entries, disk: readDiskSpace(root.path) };
}

type ListContext = ClassifyContext & { readonly mounts: ReadonlySet<string> };

const NAMES_AT_ONCE = 1024;
const ENTRIES_PER_STEP = 128;

function* listSteps(context: ListContext): Steps<PackedEntries> {
  const table = new EntryTable();
  // Each byte is one character: a name that is not UTF-8 stays what it is, and plain ones cost no decoding.
  const listing = opendirSync(context.root.path, { encoding: "latin1", bufferSize: NAMES_AT_ONCE });
  try {
    let count = 0;
    for (const listed of entriesOf(listing)) {
      addTo(table, { listed, context });
      if (++count % ENTRIES_PER_STEP === 0) yield;
    }
  } finally {
    listing.closeSync();
  }
  return yield* orderEntries(table);
}

function* entriesOf(listing: Dir): Iterable<Dirent> {
  for (let entry = listing.readSync(); entry !== null; entry = listing.readSync()) yield entry;
}

function addTo(table: EntryTable, { listed, context }: { listed: Dirent; context: ListContext }): void {
  const id = listed.isDirectory() ? textOf(listed.name) : null;
  // Something mounted there, of which the listing does not tell, is asked for itself.
  const parsed = id === null || context.mounts.has(id) ? null : parseName(id, context);
  if (id !== null && parsed !== null && parsed !== "rule_failed") {
    table.add({ kind: "unread", id, stampMs: parsed.stampMs, bytes: null });
    return;
  }
  const entry = classifyEntry(Buffer.from(listed.name, "latin1"), context);
  if (entry !== null) table.add(entry);
}

function textOf(name: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are one byte in UTF-8 too.
  return /^[\x00-\x7f]*$/.test(name) ? name : decodeName(Buffer.from(name, "latin1")).text;
}
