import BetterSqlite3 from "better-sqlite3";

/** A connection. Only this module knows the driver's name, since another one may take its place. */
export type SqliteConnection = BetterSqlite3.Database;

/** How a connection is opened. */
export interface ConnectOptions {
  readonly readonly?: boolean;
  /** How long a statement waits for another process, in ms. */
  readonly busyTimeoutMs: number;
}

/** Opens a database file, making it when missing; throws the driver's error, which has SQLite's code. */
export function connect(path: string, { readonly = false, busyTimeoutMs }: ConnectOptions): SqliteConnection {
  return new BetterSqlite3(path, { readonly, fileMustExist: readonly, timeout: busyTimeoutMs });
}

/** An error as the driver throws it: of what it threw in another thread. */
export function sqliteError(message: string, code: string): Error {
  return new BetterSqlite3.SqliteError(message, code);
}

/** SQLite's code of an error, for example `SQLITE_BUSY`; empty for any other error. */
export function sqliteCodeOf(error: unknown): string {
  return error instanceof BetterSqlite3.SqliteError ? error.code : "";
}
