import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseNotAFileError, DatabaseUnwritableError } from "./errors.js";
import { inspectFile } from "./inspect-file.js";
import { migrate } from "./migrate.js";
import { connect, type SqliteConnection } from "./sqlite.js";
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
  /** Writes everything into the one file and closes it; calling it again does nothing. */
  close(): void;
}

const BUSY_TIMEOUT_MS = 5_000;

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
  const connection = connect(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
  try {
    connection.pragma("journal_mode = WAL");
    // FULL, because the journal's promise is that an intent is on disk before anything moves.
    connection.pragma("synchronous = FULL");
    connection.pragma("foreign_keys = ON");
    // Less is written back at a time, and more often: at SQLite's 1,000 pages one commit in many takes 100 ms.
    connection.pragma("wal_autocheckpoint = 200");
    migrate(path, connection);
  } catch (error) {
    connection.close();
    throw error;
  }
  return { path, connection, close: () => closeOnce(connection) };
}

function closeOnce(connection: SqliteConnection): void {
  if (!connection.open) return;
  connection.pragma("wal_checkpoint(TRUNCATE)");
  connection.close();
}
