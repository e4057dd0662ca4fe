import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
} from "node:fs";
import { setImmediate } from "node:timers/promises";
import { entryPath } from "../entry-name.js";
import { errnoOf, isMissing } from "../errno.js";

/** What a deletion is told. */
export interface DeleteTreeOptions {
  /** The file in the top directory that goes last, so that what a crash leaves still proves whose it is. */
  readonly markerName: string;
  /** After each file removed. */
  readonly onFileDeleted?: () => void;
}

/** What a deletion did; `error` is the system's error that stopped it, `null` when the tree is gone. */
export interface DeleteTreeResult {
  /** Allocated blocks of the files removed that had no other link. */
  readonly bytesFreed: number;
  readonly error: unknown;
}

// An unlink costs up to 0.3 ms, so that other work waits 20 ms at most.
const ENTRIES_PER_TURN = 64;
// Somebody may still be adding files; whoever adds faster than three passes remove will be met again next run.
const MAX_PASSES = 3;

/**
 * Removes a claimed session from the trash: the only function here that removes a user's files.
 *
 * Follows no link, enters no other device, survives entries that vanish or appear meanwhile, and never throws for
 * what the file system answers.
 */
export async function deleteTree(path: string, options: DeleteTreeOptions): Promise<DeleteTreeResult> {
  const walk: Walk = { ...options, dev: null, entries: 0, bytesFreed: 0n };
  try {
    await deleteDirectory(Buffer.from(path), { walk, last: Buffer.from(options.markerName) });
    return { bytesFreed: Number(walk.bytesFreed), error: null };
  } catch (error) {
    return { bytesFreed: Number(walk.bytesFreed), error };
  }
}

interface Walk extends DeleteTreeOptions {
  /** The top directory's device; `null` before it was opened. */
  dev: bigint | null;
  entries: number;
  bytesFreed: bigint;
}

interface Place {
  readonly walk: Walk;
  /** The entry that goes last in this directory, if any. */
  readonly last: Buffer | null;
}

async function deleteDirectory(path: Buffer, { walk, last }: Place): Promise<void> {
  for (let pass = 1; ; pass += 1) {
    await deleteEntries(path, { walk, last });
    try {
      return rmdirSync(path);
    } catch (error) {
      if (isMissing(error)) return;
      if (errnoOf(error) !== "ENOTEMPTY" || pass === MAX_PASSES) throw error;
    }
  }
}

async function deleteEntries(path: Buffer, { walk, last }: Place): Promise<void> {
  const names = listDirectory(path, walk);
  for (const name of names.filter((name) => last === null || !name.equals(last))) {
    await deleteEntry(entryPath(path, name), walk);
  }
  // Not `last` itself but what was listed: a marker that is already gone must not be looked for again.
  for (const name of names.filter((name) => last?.equals(name))) await deleteEntry(entryPath(path, name), walk);
}

function listDirectory(path: Buffer, walk: Walk): Buffer[] {
  // Opening it without following links proves that it is a directory now, whatever it was when it was listed.
  const fd = openDirectory(path);
  if (fd === null) return [];
  try {
    refuseOtherDevice(fstatSync(fd, { bigint: true }), walk);
    return readdirSync(path, { encoding: "buffer" });
  } finally {
    closeSync(fd);
  }
}

function openDirectory(path: Buffer): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function refuseOtherDevice({ dev }: BigIntStats, walk: Walk): void {
  walk.dev ??= dev;
  if (dev !== walk.dev) throw Object.assign(new Error("a file system is mounted inside"), { code: "EXDEV" });
}

async function deleteEntry(path: Buffer, walk: Walk): Promise<void> {
  walk.entries += 1;
  if (walk.entries % ENTRIES_PER_TURN === 0) await setImmediate();
  try {
    const stats = lstatSync(path, { bigint: true });
    if (stats.isDirectory()) await deleteDirectory(path, { walk, last: null });
    else deleteFile(path, { stats, walk });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

// Links, pipes, sockets and devices are removed by their name, never opened.
function deleteFile(path: Buffer, { stats, walk }: { stats: BigIntStats; walk: Walk }): void {
  unlinkSync(path);
  if (stats.nlink === 1n) walk.bytesFreed += stats.blocks * 512n;
  walk.onFileDeleted?.();
}
