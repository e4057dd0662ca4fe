import { randomBytes } from "node:crypto";
import { type Dir, lstatSync, opendirSync, renameSync, rmdirSync, type Stats, unlinkSync } from "node:fs";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { errnoOf, isMissing } from "../errno.js";
import type { Steps } from "../turns.js";

/** What a deletion is told. */
export interface DeleteTreeOptions {
  /** The file in the top directory that goes last, so that what a crash leaves still proves whose it is. */
  readonly markerName: string;
  /** The inode the top directory must have, in decimal; default any. */
  readonly ino?: string | undefined;
  /** After each file removed. */
  readonly onFileDeleted?: (() => void) | undefined;
}

/** What a deletion did; `error` is the system's error that stopped it, `null` when the tree is gone. */
export interface DeleteTreeResult {
  /** Allocated blocks of the files removed that had no other link. */
  readonly bytesFreed: number;
  readonly error: unknown;
}

// Somebody may still be adding files; whoever adds faster than three passes remove will be met again next run.
const MAX_PASSES = 3;
// New names may come up in a listing that is being read: somebody who never stops adding must not hold a run for ever.
const MAX_ENTRIES_PER_PASS = 1_000_000;
// Each level holds two descriptors and, by path, one name of up to 255 bytes of the 4,096 a path may have.
const MAX_DEPTH = 12;
const NAMES_AT_ONCE = 64;

/**
 * Removes a claimed session from the trash, in steps that pause after each entry: the only function here that
 * removes a user's files.
 *
 * Follows no link, enters no other device or mount, survives entries that vanish or appear meanwhile, and never throws
 * for what the file system answers. What lies too deep is moved up to the top first, so that any depth can be deleted.
 */
export function* deleteTree(
  parent: DirectoryHandle,
  name: string,
  options: DeleteTreeOptions,
): Steps<DeleteTreeResult> {
  const walk: Walk = { ...options, top: null, dev: 0n, mountId: null, moved: 0, bytesFreed: 0 };
  try {
    yield* deleteDirectory({ parent, name: Buffer.from(name), depth: 0 }, walk);
    return { bytesFreed: walk.bytesFreed, error: null };
  } catch (error) {
    return { bytesFreed: walk.bytesFreed, error };
  }
}

interface Walk extends DeleteTreeOptions {
  /** `null` before it was opened. */
  top: DirectoryHandle | null;
  dev: bigint;
  mountId: string | null;
  /** How many directories were moved up to the top. */
  moved: number;
  bytesFreed: number;
}

interface Place {
  readonly parent: DirectoryHandle;
  readonly name: Buffer;
  readonly depth: number;
}

function* deleteDirectory(place: Place, walk: Walk): Steps<void> {
  const directory = open(place);
  if (directory === null) return;
  try {
    if (walk.top === null) begin(directory, { walk, parent: place.parent });
    refuseMount(directory, walk);
    yield* emptyAndRemove({ ...place, directory }, walk);
  } finally {
    directory.close();
  }
}

function open({ parent, name }: Place): DirectoryHandle | null {
  try {
    return parent.openDirectory(name);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

// A mount on the session itself differs from the trash it is in.
function begin(top: DirectoryHandle, { walk, parent }: { walk: Walk; parent: DirectoryHandle }): void {
  const { ino } = top.stat();
  if (walk.ino !== undefined && walk.ino !== String(ino)) throw failure("ESTALE", "another directory took its place");
  Object.assign(walk, { top, dev: parent.stat().dev, mountId: parent.mountId() });
}

function refuseMount(directory: DirectoryHandle, { dev, mountId }: Walk): void {
  if (directory.stat().dev !== dev) throw failure("EXDEV", "a file system is mounted inside");
  if (directory.mountId() !== mountId) throw failure("MOUNT_INSIDE", "a directory is mounted inside");
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

type OpenPlace = Place & { readonly directory: DirectoryHandle };

function* emptyAndRemove(place: OpenPlace, walk: Walk): Steps<void> {
  const { parent, name, directory, depth } = place;
  const last = depth === 0 ? Buffer.from(walk.markerName) : null;
  for (let pass = 1; ; ) {
    const { moved } = walk;
    const hasLast = yield* deleteEntries(place, { walk, last });
    // What came up from too deep down is still there; the marker must outlive it.
    if (depth === 0 && walk.moved !== moved) continue;
    if (hasLast && last !== null) yield* deleteEntry({ parent: directory, name: last, depth: 1 }, walk);
    try {
      return rmdirSync(parent.child(name));
    } catch (error) {
      if (isMissing(error)) return;
      if (!["ENOTEMPTY", "EEXIST"].includes(errnoOf(error)) || pass === MAX_PASSES) throw error;
      pass += 1;
    }
  }
}

/** Deletes everything in a directory but `last`, and says whether that is there. */
function* deleteEntries(
  { directory, depth }: OpenPlace,
  { walk, last }: { walk: Walk; last: Buffer | null },
): Steps<boolean> {
  let hasLast = false;
  for (const name of namesIn(directory)) {
    if (last?.equals(name)) hasLast = true;
    else yield* deleteEntry({ parent: directory, name, depth: depth + 1 }, walk);
    yield;
  }
  return hasLast;
}

// As they are read: a directory may have millions of names.
function* namesIn(directory: DirectoryHandle): Generator<Buffer> {
  // Asked for bytes, the listing answers bytes, which its type does not say.
  const options = { encoding: "buffer" as BufferEncoding, bufferSize: NAMES_AT_ONCE };
  const listing: Dir = opendirSync(directory.rawPath, options);
  try {
    for (let count = 0; count < MAX_ENTRIES_PER_PASS; count += 1) {
      const entry = listing.readSync();
      if (entry === null) return;
      yield entry.name as string | Buffer as Buffer;
    }
  } finally {
    listing.closeSync();
  }
}

function* deleteEntry(place: Place, walk: Walk): Steps<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const stats = lstatSync(place.parent.child(place.name), { throwIfNoEntry: false });
      if (stats === undefined) return;
      if (!stats.isDirectory()) return deleteFile(place, { stats, walk });
      if (place.depth > MAX_DEPTH) return moveUp(place, walk);
      return yield* deleteDirectory(place, walk);
    } catch (error) {
      if (isMissing(error)) return;
      // It became something else between the look and the deed: look again.
      if (!["EISDIR", "ENOTDIR", "ELOOP"].includes(errnoOf(error)) || attempt === MAX_PASSES) throw error;
    }
  }
}

// Links, pipes, sockets and devices are removed by their name, never opened.
function deleteFile({ parent, name }: Place, { stats, walk }: { stats: Stats; walk: Walk }): void {
  unlinkSync(parent.child(name));
  if (stats.nlink === 1) walk.bytesFreed += stats.blocks * 512;
  walk.onFileDeleted?.();
}

function moveUp({ parent, name }: Place, walk: Walk): void {
  if (walk.top === null) return;
  renameSync(parent.child(name), walk.top.child(`.caretaker-deep-${randomBytes(8).toString("hex")}`));
  walk.moved += 1;
}
