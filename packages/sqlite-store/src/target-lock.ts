import { lstatSync } from "node:fs";
import { join } from "node:path";
import { LOCK_NAME, openTrash, type TargetLock, TrashRefusedError } from "@caretaker/retention";
import { takeExclusiveLock } from "./exclusive-lock.js";

/**
 * An exclusive lock per root, across the processes of one machine. It is a lock of the operating system on a small
 * database in the root's own trash: two workers with different data directories still meet there, and it ends with
 * the process, however that ends.
 */
export function createTargetLock(): TargetLock {
  return { acquire: ({ root }) => takeExclusiveLock(lockPath(root)) };
}

function lockPath(root: string): string {
  const path = join(openTrash(root), LOCK_NAME);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return path;
  throw new TrashRefusedError(path, "the lock is not a regular file; remove it");
}
