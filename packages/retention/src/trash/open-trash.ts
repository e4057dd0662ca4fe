import { type BigIntStats, lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { errnoOf } from "../errno.js";
import { TrashRefusedError } from "../errors.js";
import { TRASH_NAME } from "./trash-name.js";

/**
 * The path of a root's trash, made when missing: a real directory on the root's device, ours, mode 0700.
 *
 * @throws {@link TrashRefusedError} when something else stands there: what others can write to is no safe place.
 */
export function openTrash(root: string): string {
  const path = join(root, TRASH_NAME);
  make(path, path);
  refuseUnsafe(path, { stats: lstatSync(path, { bigint: true }), root: lstatSync(root, { bigint: true }) });
  return path;
}

/** The same as {@link openTrash} below an open root, held open; `rootPath` is for the messages. */
export function openTrashIn(root: DirectoryHandle, rootPath: string): DirectoryHandle {
  const path = join(rootPath, TRASH_NAME);
  make(root.child(TRASH_NAME), path);
  const trash = open(root, path);
  try {
    refuseUnsafe(path, { stats: trash.stat(), root: root.stat() });
    if (trash.mountId() !== root.mountId()) throw new TrashRefusedError(path, "another directory is mounted on it");
    return trash;
  } catch (error) {
    trash.close();
    throw error;
  }
}

function make(place: string, path: string): void {
  try {
    mkdirSync(place, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return;
    throw new TrashRefusedError(path, `it cannot be made (${errnoOf(error)})`, error);
  }
}

function open(root: DirectoryHandle, path: string): DirectoryHandle {
  try {
    return root.openDirectory(TRASH_NAME);
  } catch (error) {
    throw new TrashRefusedError(path, `it is not a directory that can be opened (${errnoOf(error)})`, error);
  }
}

function refuseUnsafe(path: string, { stats, root }: { stats: BigIntStats; root: BigIntStats }): void {
  if (!stats.isDirectory()) throw new TrashRefusedError(path, "it is not a directory");
  if (stats.dev !== root.dev) throw new TrashRefusedError(path, "it is on another device than the root");
  if (stats.uid !== BigInt(process.geteuid?.() ?? stats.uid)) {
    const advice = "run as that user, or give the directory to this one";
    throw new TrashRefusedError(path, `it belongs to user ${stats.uid}; ${advice}`);
  }
  if ((stats.mode & 0o077n) !== 0n) throw new TrashRefusedError(path, "others may enter it; its mode must be 0700");
}
