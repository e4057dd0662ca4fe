import { lstatSync } from "node:fs";
import { join } from "node:path";
import { LOCK_NAME, openTrash, type Release, type TargetLock, TrashRefusedError } from "@caretaker/retention";
import { connect, type SqliteConnection, sqliteCodeOf } from "./sqlite.js";

/**
 * An exclusive lock per root, across the processes of one machine. It is a lock of the operating system on a small
 * database in the root's own trash: two workers with different data directories still meet there, and it ends with
 * the process, however that ends.
 */
export function createTargetLock(): TargetLock {
  return { acquire: ({ root }) => acquire(lockPath(root)) };
}

function lockPath(root: string): string {
  const path = join(openTrash(root), LOCK_NAME);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return path;
  throw new TrashRefusedError(path, "the lock is not a regular file; remove it");
}

function acquire(path: string): Release | null {
  const connection = connect(path, { busyTimeoutMs: 0 });
  try {
    connection.exec("BEGIN EXCLUSIVE");
    return () => release(connection);
  } catch (error) {
    connection.close();
    if (sqliteCodeOf(error).startsWith("SQLITE_BUSY")) return null;
    throw error;
  }
}

function release(connection: SqliteConnection): void {
  if (!connection.open) return;
  connection.exec("ROLLBACK");
  connection.close();
}
