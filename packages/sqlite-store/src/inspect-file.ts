import { accessSync, constants, existsSync, rmSync, statSync } from "node:fs";
import { DatabaseCorruptError } from "./errors.js";
import { refuseNewerSchema } from "./migrate.js";
import { type ConnectOptions, connect, type SqliteConnection } from "./sqlite.js";

// One page of the smallest size; SQLite takes a file of a single byte for an empty one, and would write over it.
const SMALLEST_BYTES = 512;
const WHAT_TO_DO =
  "It was left as it is: restore a backup, move it away to begin a new one, or set DB_PATH to another file";

/**
 * Makes sure an existing file is a sound database of a schema we know, without changing a byte of it: merely setting
 * the journal mode of a damaged file would write to it. A missing or empty file is a new database.
 *
 * Reads through SQLite only: closing a descriptor of our own would drop the locks that every other connection of this
 * process has on the file.
 *
 * @throws {@link DatabaseCorruptError}, {@link DatabaseNewerSchemaError}, or the driver's error.
 */
export function inspectFile(path: string, options: ConnectOptions): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  // SQLite would open a file it may not write for reading only, and the first intent would be the first to notice.
  accessSync(path, constants.R_OK | constants.W_OK);
  if (stats.size === 0) return;
  if (stats.size < SMALLEST_BYTES) throw new DatabaseCorruptError(path, `it is not a SQLite database. ${WHAT_TO_DO}`);
  const companions = [`${path}-wal`, `${path}-shm`];
  const before = new Set(companions.filter((companion) => existsSync(companion)));
  try {
    inspectReadonly(path, options);
  } catch (error) {
    // Reading alone makes these two; beside a file we refuse nothing of ours may stay. A sound database keeps them,
    // because another process may have begun to use them meanwhile.
    for (const companion of companions) if (!before.has(companion)) removeUnused(companion);
    throw error;
  }
}

function inspectReadonly(path: string, options: ConnectOptions): void {
  const connection = connect(path, { ...options, readonly: true });
  try {
    refuseNewerSchema(path, connection);
    refuseDamage(path, connection);
  } finally {
    connection.close();
  }
}

function refuseDamage(path: string, connection: SqliteConnection): void {
  const answer: unknown = connection.pragma("quick_check(1)", { simple: true });
  if (answer === "ok") return;
  throw new DatabaseCorruptError(path, `it is damaged (${String(answer)}). ${WHAT_TO_DO}`);
}

function removeUnused(companion: string): void {
  const stats = statSync(companion, { throwIfNoEntry: false });
  if (companion.endsWith("-wal") && (stats?.size ?? 0) > 0) return;
  rmSync(companion, { force: true });
}
