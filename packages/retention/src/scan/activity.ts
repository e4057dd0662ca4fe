import { type BigIntStats, type Dir, lstatSync, opendirSync } from "node:fs";
import { isMissing } from "../errno.js";
import type { Steps } from "../turns.js";
import { entryPath } from "./entry-name.js";

/**
 * Whether the directory or anything in it was changed at or after this moment (ms since the epoch), in steps that pause
 * after each entry. Follows no link, leaves other devices alone, ignores what vanishes; throws the system's error for
 * what cannot be read.
 */
export function* changedSince(directory: string, sinceMs: number): Steps<boolean> {
  const path = Buffer.from(directory);
  const stats = lstatSync(path, { bigint: true });
  return isRecent(stats, sinceMs) || (yield* hasRecentEntry(path, { sinceMs, dev: stats.dev }));
}

interface Since {
  readonly sinceMs: number;
  readonly dev: bigint;
}

// The change time as well as the modification time: a copy that preserves times is still being written.
function isRecent(stats: BigIntStats, sinceMs: number): boolean {
  return Math.max(Number(stats.mtimeMs), Number(stats.ctimeMs)) >= sinceMs;
}

const NAMES_AT_ONCE = 64;

function* hasRecentEntry(directory: Buffer, since: Since): Steps<boolean> {
  // Asked for bytes, the listing answers bytes, which its type does not say.
  const options = { encoding: "buffer" as BufferEncoding, bufferSize: NAMES_AT_ONCE };
  const listing: Dir = opendirSync(directory, options);
  try {
    for (let entry = listing.readSync(); entry !== null; entry = listing.readSync()) {
      const name = entry.name as string | Buffer as Buffer;
      if (yield* isRecentEntry(entryPath(directory, name), since)) return true;
      yield;
    }
    return false;
  } finally {
    listing.closeSync();
  }
}

function* isRecentEntry(path: Buffer, since: Since): Steps<boolean> {
  try {
    const stats = lstatSync(path, { bigint: true });
    if (isRecent(stats, since.sinceMs)) return true;
    return stats.isDirectory() && stats.dev === since.dev && (yield* hasRecentEntry(path, since));
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
