import { type Dir, type Dirent, opendirSync } from "node:fs";
import type { ClassifiedEntry } from "../classified-entry.js";
import { namesWithMounts } from "../root/mount-points.js";
import { type ClassifyContext, classifyEntry, parseName } from "./classify.js";
import { decodeName } from "./entry-name.js";

/** What a listing is judged by: besides, the names that something is mounted on, of which the listing does not tell. */
export type ListContext = ClassifyContext & { readonly mounts: ReadonlySet<string> };

/** Asks the system for those names. */
export function listContext(context: ClassifyContext): ListContext {
  return { ...context, mounts: namesWithMounts(context.root) };
}

const NAMES_AT_ONCE = 1024;

/**
 * The root's entries in the order of the directory. What is named like a session of ours and is a directory is
 * `unread`; all else has its code already, and is `null` where it vanished meanwhile. Throws the system's error.
 */
export function* listEntries(context: ListContext): Iterable<ClassifiedEntry | null> {
  // Each byte is one character: a name that is not UTF-8 stays what it is, and plain ones cost no decoding.
  const listing = opendirSync(context.root.path, { encoding: "latin1", bufferSize: NAMES_AT_ONCE });
  try {
    for (const listed of entriesOf(listing)) yield judge(listed, context);
  } finally {
    listing.closeSync();
  }
}

function* entriesOf(listing: Dir): Iterable<Dirent> {
  for (let entry = listing.readSync(); entry !== null; entry = listing.readSync()) yield entry;
}

function judge(listed: Dirent, context: ListContext): ClassifiedEntry | null {
  const id = listed.isDirectory() ? textOf(listed.name) : null;
  // Something mounted there is asked for itself.
  const parsed = id === null || context.mounts.has(id) ? null : parseName(id, context);
  if (id !== null && parsed !== null && parsed !== "rule_failed") {
    return { kind: "unread", id, stampMs: parsed.stampMs, bytes: null };
  }
  return classifyEntry(Buffer.from(listed.name, "latin1"), context);
}

function textOf(name: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are one byte in UTF-8 too.
  return /^[\x00-\x7f]*$/.test(name) ? name : decodeName(Buffer.from(name, "latin1")).text;
}
