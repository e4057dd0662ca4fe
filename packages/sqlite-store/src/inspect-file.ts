import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { DatabaseCorruptError } from "./errors.js";
import { refuseNewerSchema } from "./migrate.js";
import { type ConnectOptions, connect, type SqliteConnection } from "./sqlite.js";

// What every SQLite database file begins with.
const MAGIC = "SQLite format 3\0";

/**
 * Makes sure an existing file is a sound database of a schema we know, without changing a byte of it: merely setting
 * the journal mode of a damaged file would write to it. A missing or empty file is a new database.
 *
 * @throws {@link DatabaseCorruptError}, {@link DatabaseNewerSchemaError}, or the driver's error.
 */
export function inspectFile(path: string, options: ConnectOptions): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return;
  if (readHead(path) !== MAGIC)
    throw new DatabaseCorruptError(
      path,
      "it is not a SQLite database. It was left as it is: set DB_PATH to another file, or move this one away",
    );
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

function readHead(path: string): string {
  const fd = openSync(path, "r");
  try {
    const head = Buffer.alloc(MAGIC.length);
    return head.toString("latin1", 0, readSync(fd, head, 0, head.length, 0));
  } finally {
    closeSync(fd);
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
  throw new DatabaseCorruptError(
    path,
    `it is damaged (${String(answer)}). It was left as it is: restore a backup, or move it away to begin a new one`,
  );
}

function removeUnused(companion: string): void {
  const stats = statSync(companion, { throwIfNoEntry: false });
  if (companion.endsWith("-wal") && (stats?.size ?? 0) > 0) return;
  rmSync(companion, { force: true });
}
