import { randomBytes } from "node:crypto";
import { lstatSync, renameSync, rmdirSync, type Stats, unlinkSync } from "node:fs";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { namesIn } from "../directory/names-in.js";
import { errnoOf, isMissing } from "../errno.js";
import type { Steps } from "../turns.js";

/** What a deletion is told. */
export interface DeleteTreeOptions {
  /** The file in the top directory that goes last, so that what a crash leaves still proves whose it is. */
  readonly markerName: string;
  /** The inode the top directory must have, in decimal; default any. */
  readonly ino?: string | undefined;
  /** The top directory, opened before and on the parent's mount, and left open; by default it is opened here. */
  readonly top?: DirectoryHandle | undefined;
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
// Each level holds two descriptors and, by path, one name of up to 255 bytes of the 4,096 a path may have.
const MAX_DEPTH = 12;

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
  const walk: Walk = { ...options, opened: null, dev: 0n, mountId: null, moved: 0, bytesFreed: 0 };
  try {
    yield* deleteDirectory({ parent, name, depth: 0 }, walk);
    return { bytesFreed: walk.bytesFreed, error: null };
  } catch (error) {
    return { bytesFreed: walk.bytesFreed, error };
  }
}

interface Walk extends DeleteTreeOptions {
  /** The top directory; `null` before it was opened. */
  opened: DirectoryHandle | null;
  dev: bigint;
  mountId: string | null;
  /** How many directories were moved up to the top. */
  moved: number;
  bytesFreed: number;
}

interface Place {
  readonly parent: DirectoryHandle;
  readonly name: string | Buffer;
  readonly depth: number;
}

function* deleteDirectory(place: Place, walk: Walk): Steps<void> {
  const directory = place.depth === 0 ? openTop(place, walk) : openBelow(place, walk);
  if (directory === null) return;
  try {
    yield* emptyAndRemove({ ...place, directory }, walk);
  } finally {
    if (directory !== walk.top) directory.close();
  }
}

function openTop(place: Place, walk: Walk): DirectoryHandle | null {
  const { parent } = place;
  const top = walk.top ?? open(place);
  if (top === null) return null;
  try {
    if (!isInPlace(top, { place, walk })) return null;
    Object.assign(walk, { opened: top, dev: parent.stat().dev, mountId: parent.mountId() });
    // A mount on the session itself differs from the trash it is in.
    if (walk.top === undefined) refuseMount(top, walk);
    return top;
  } catch (error) {
    if (top !== walk.top) top.close();
    throw error;
  }
}

/** Whether the top directory is where it was, and what it must be; `false` when nothing is there any more. */
function isInPlace(top: DirectoryHandle, { place, walk }: { place: Place; walk: Walk }): boolean {
  const { parent, name } = place;
  const look = { bigint: true, throwIfNoEntry: false } as const;
  const stats = walk.top === undefined ? top.stat() : lstatSync(parent.child(name), look);
  if (stats === undefined) return false;
  if (walk.ino === undefined || walk.ino === String(stats.ino)) return true;
  throw failure("ESTALE", "another directory took its place");
}

function openBelow(place: Place, walk: Walk): DirectoryHandle | null {
  const directory = open(place);
  if (directory === null) return null;
  try {
    refuseMount(directory, walk);
    return directory;
  } catch (error) {
    directory.close();
    throw error;
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
  const last = depth === 0 ? walk.markerName : null;
  for (let pass = 1; ; ) {
    const { moved } = walk;
    const hasLast = yield* deleteEntries(place, { walk, last });
    // What came up from too deep down is still there; the marker must outlive it.
    if (depth === 0 && walk.moved !== moved) continue;
    const marker =
      hasLast && last !== null ? deleteEntry({ parent: directory, name: last, depth: 1 }, { walk, attempt: 1 }) : null;
    if (marker !== null) yield* marker;
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
  { walk, last }: { walk: Walk; last: string | null },
): Steps<boolean> {
  let hasLast = false;
  for (const name of namesIn(directory)) {
    if (last !== null && isNamed(name, last)) hasLast = true;
    else {
      const below = deleteEntry({ parent: directory, name, depth: depth + 1 }, { walk, attempt: 1 });
      if (below !== null) yield* below;
    }
    yield;
  }
  return hasLast;
}

function isNamed(name: string | Buffer, last: string): boolean {
  return typeof name === "string" ? name === last : name.equals(Buffer.from(last));
}

interface Attempt {
  readonly walk: Walk;
  readonly attempt: number;
}

/** Deletes a file at once; for a directory, the steps that are left to take. */
function deleteEntry(place: Place, { walk, attempt }: Attempt): Steps<void> | null {
  try {
    const stats = lstatSync(place.parent.child(place.name), { throwIfNoEntry: false });
    if (stats?.isDirectory()) return deleteBelow(place, { walk, attempt });
    if (stats !== undefined) deleteFile(place, { stats, walk });
    return null;
  } catch (error) {
    return lookAgain(place, { walk, attempt, error });
  }
}

function* deleteBelow(place: Place, { walk, attempt }: Attempt): Steps<void> {
  try {
    if (place.depth > MAX_DEPTH) moveUp(place, walk);
    else yield* deleteDirectory(place, walk);
  } catch (error) {
    const steps = lookAgain(place, { walk, attempt, error });
    if (steps !== null) yield* steps;
  }
}

/** After a failure: nothing, when it has vanished; once more, when it became something else between the look and the deed. */
function lookAgain(place: Place, { walk, attempt, error }: Attempt & { readonly error: unknown }): Steps<void> | null {
  if (isMissing(error)) return null;
  if (!BECAME_ANOTHER.has(errnoOf(error)) || attempt === MAX_PASSES) throw error;
  return deleteEntry(place, { walk, attempt: attempt + 1 });
}

const BECAME_ANOTHER: ReadonlySet<string> = new Set(["EISDIR", "ENOTDIR", "ELOOP"]);

// Links, pipes, sockets and devices are removed by their name, never opened.
function deleteFile({ parent, name }: Place, { stats, walk }: { stats: Stats; walk: Walk }): void {
  unlinkSync(parent.child(name));
  if (stats.nlink === 1) walk.bytesFreed += stats.blocks * 512;
  walk.onFileDeleted?.();
}

function moveUp({ parent, name }: Place, walk: Walk): void {
  if (walk.opened === null) return;
  renameSync(parent.child(name), walk.opened.child(`.caretaker-deep-${randomBytes(8).toString("hex")}`));
  walk.moved += 1;
}
