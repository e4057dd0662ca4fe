import { type BigIntStats, lstatSync, readdirSync } from "node:fs";
import { isMissing } from "../errno.js";
import { entryPath } from "./entry-name.js";

/**
 * Whether the directory or anything in it was changed at or after this moment (ms since the epoch). Follows no link,
 * leaves other devices alone, ignores what vanishes; throws the system's error for what cannot be read.
 */
export function changedSince(directory: string, sinceMs: number): boolean {
  const path = Buffer.from(directory);
  const stats = lstatSync(path, { bigint: true });
  return isRecent(stats, sinceMs) || hasRecentEntry(path, { sinceMs, dev: stats.dev });
}

interface Since {
  readonly sinceMs: number;
  readonly dev: bigint;
}

// The change time as well as the modification time: a copy that preserves times is still being written.
function isRecent(stats: BigIntStats, sinceMs: number): boolean {
  return Math.max(Number(stats.mtimeMs), Number(stats.ctimeMs)) >= sinceMs;
}

function hasRecentEntry(directory: Buffer, since: Since): boolean {
  return readdirSync(directory, { encoding: "buffer" }).some((name) =>
    isRecentEntry(entryPath(directory, name), since),
  );
}

function isRecentEntry(path: Buffer, since: Since): boolean {
  try {
    const stats = lstatSync(path, { bigint: true });
    if (isRecent(stats, since.sinceMs)) return true;
    return stats.isDirectory() && stats.dev === since.dev && hasRecentEntry(path, since);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
