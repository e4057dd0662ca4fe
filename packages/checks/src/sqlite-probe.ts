// The child process of the sqlite check: takes one SqliteProbe over IPC, answers once, and ends.
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { CheckResult } from "@caretaker/health";
import type { Database } from "better-sqlite3";

/** What to try on which file. */
export interface SqliteProbe {
  readonly path: string;
  readonly query: string | null;
  readonly writable: boolean;
  readonly busyTimeoutMs: number;
}

/** How it went; `code` is a code of health, of SQLite or of Node. */
export type SqliteProbeAnswer =
  | { readonly ok: true; readonly measures: NonNullable<CheckResult["measures"]> }
  | { readonly ok: false; readonly code: string; readonly message: string };

process.once("message", (probe) => {
  void answer(probe as SqliteProbe).then((result) =>
    process.send?.(result, undefined, undefined, () => process.disconnect()),
  );
});

async function answer(probe: SqliteProbe): Promise<SqliteProbeAnswer> {
  try {
    return { ok: true, measures: await tryDatabase(probe) };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    return { ok: false, code: primaryCode(code), message: String(message) };
  }
}

async function tryDatabase({ path, query, writable, busyTimeoutMs }: SqliteProbe) {
  const sizeBytes = await sizeOfFile(path);
  await assertRights(path, writable);
  const startedMs = performance.now();
  const { default: Sqlite } = await import("better-sqlite3");
  const database = new Sqlite(path, { readonly: !writable, fileMustExist: true, timeout: busyTimeoutMs });
  const openedMs = performance.now();
  try {
    examine(database, query);
    if (writable) database.exec("BEGIN IMMEDIATE; ROLLBACK");
    return {
      sizeBytes: { value: sizeBytes, unit: "bytes" },
      openMs: { value: Math.round(openedMs - startedMs), unit: "ms" },
      queryMs: { value: Math.round(performance.now() - openedMs), unit: "ms" },
    };
  } finally {
    database.close();
  }
}

/** Asks the file system first: SQLite says "unable to open" for a missing file and for a missing right alike. */
async function sizeOfFile(path: string): Promise<number> {
  const file = await stat(path);
  if (!file.isFile()) throw Object.assign(new Error("the path is not a file"), { code: "not_found" });
  return file.size;
}

/** SQLite opens a file it may not write as read-only, without a word; and it needs its directory for the journal. */
async function assertRights(path: string, writable: boolean): Promise<void> {
  await access(path, writable ? constants.R_OK | constants.W_OK : constants.R_OK);
  if (writable) await access(dirname(path), constants.W_OK);
}

function examine(database: Database, query: string | null): void {
  // A query is a look, whatever it says: with `writable` the connection itself would let it change data.
  database.pragma("query_only = ON");
  if (query === null) quickCheck(database);
  else runQuery(database, query);
  database.pragma("query_only = OFF");
}

function quickCheck(database: Database): void {
  const verdict = database.pragma("quick_check(1)", { simple: true });
  if (verdict !== "ok") throw Object.assign(new Error(`quick_check: ${verdict}`), { code: "corrupt" });
}

function runQuery(database: Database, query: string): void {
  const statement = database.prepare(query);
  if (statement.reader) statement.get();
  else statement.run();
}

/** SQLITE_BUSY_RECOVERY is a kind of SQLITE_BUSY. */
function primaryCode(code: unknown): string {
  return typeof code === "string" ? (/^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code) : "";
}
