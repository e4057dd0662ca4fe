import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type AppendAside, createAppendAside } from "./append/append-aside.js";
import { BUSY_TIMEOUT_MS, connectToWrite } from "./connect-to-write.js";
import { DatabaseNotAFileError, DatabaseUnwritableError } from "./errors.js";
import { inspectFile } from "./inspect-file.js";
import { migrate } from "./migrate.js";
import type { SqliteConnection } from "./sqlite.js";
import { toDatabaseError } from "./to-database-error.js";

/** Where opening says which file it uses. */
export interface DatabaseLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** An open database. */
export interface CaretakerDatabase {
  /** The resolved absolute path. */
  readonly path: string;
  readonly connection: SqliteConnection;
  /** Writes the cleanup journal beside this thread; `null` where it cannot. */
  readonly appendAside: AppendAside | null;
  /** Writes everything into the one file and closes it; calling it again does nothing. */
  close(): void;
}

/**
 * Opens the database, making its directories (mode 0750) and bringing its schema up to date. The resolved path is
 * logged first, so that a failure can be placed.
 *
 * @throws a {@link DatabaseError} naming the path and what to do; an existing file that cannot be used is not changed.
 */
export function openDatabase(dbPath: string, { log }: { readonly log: DatabaseLog }): CaretakerDatabase {
  const path = resolve(dbPath);
  log.info("opening database", { path });
  makeParent(path);
  refuseNonFile(path);
  try {
    inspectFile(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
    return openChecked(path);
  } catch (error) {
    throw toDatabaseError(path, error);
  }
}

function makeParent(path: string): void {
  const parent = dirname(path);
  try {
    mkdirSync(parent, { recursive: true, mode: 0o750 });
  } catch (cause) {
    const why = `its directory ${JSON.stringify(parent)} cannot be made. Make it and give this user write access, or set DB_PATH to another file`;
    throw new DatabaseUnwritableError(path, why, cause);
  }
}

function refuseNonFile(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return;
  const what = stats.isDirectory() ? "a directory stands there" : "what stands there is not a regular file";
  throw new DatabaseNotAFileError(path, `${what}. Set DB_PATH to a file, for example one inside it`);
}

function openChecked(path: string): CaretakerDatabase {
  const connection = connectToWrite(path);
  try {
    migrate(path, connection);
  } catch (error) {
    connection.close();
    throw error;
  }
  const appendAside = createAppendAside(path);
  return { path, connection, appendAside, close: () => closeOnce(connection, appendAside) };
}

function closeOnce(connection: SqliteConnection, appendAside: AppendAside | null): void {
  if (!connection.open) return;
  appendAside?.close();
  connection.pragma("wal_checkpoint(TRUNCATE)");
  connection.close();
}
