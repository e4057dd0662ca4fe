import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
// The built package: the check starts a second file of it as a process.
import { sqlite } from "@caretaker/checks/sqlite";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runAsOrdinaryUser } from "./run-alone.ts";

const signal = new AbortController().signal;
let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "caretaker-sqlite-"));
  chmodSync(root, 0o755);
  path = join(root, "test.db");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function createDatabase({ rows = 100, wal = false } = {}): void {
  const database = new Database(path);
  if (wal) database.pragma("journal_mode = WAL");
  database.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)");
  const insert = database.prepare("INSERT INTO t (text) VALUES (?)");
  database.transaction(() => {
    for (let row = 0; row < rows; row += 1) insert.run("x".repeat(200));
  })();
  database.close();
}

describe("sqlite", () => {
  it.each([{ wal: false }, { wal: true }])("passes for a sound file (%j), and writes nothing", async (kind) => {
    createDatabase(kind);
    const before = readFileSync(path);
    const result = await sqlite(path, { writable: true }).run({ signal });
    expect(result).toMatchObject({
      status: "pass",
      measures: { sizeBytes: { value: before.length, unit: "bytes" }, openMs: { unit: "ms" }, queryMs: { unit: "ms" } },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("never creates the file or its directory", async () => {
    for (const missing of ["none.db", "none/none.db"]) {
      const check = sqlite(join(root, missing), { writable: true });
      expect(await check.run({ signal })).toMatchObject({ status: "fail", code: "not_found" });
    }
    expect(readdirSync(root)).toEqual([]);
  });

  it("says not_found for a directory", async () => {
    expect(await sqlite(root).run({ signal })).toMatchObject({ status: "fail", code: "not_found" });
  });

  it("says corrupt for a file that is no database, and for a damaged one", async () => {
    writeFileSync(path, "this is not a database, and long enough to have a header of one, were it one".repeat(20));
    expect(await sqlite(path).run({ signal })).toMatchObject({ status: "fail", code: "corrupt" });
    rmSync(path);
    createDatabase({ rows: 2_000 });
    truncateSync(path, 40_960);
    expect(await sqlite(path).run({ signal })).toMatchObject({ status: "fail", code: "corrupt" });
  });

  it("says locked, and not timeout, while another process holds it", async () => {
    createDatabase();
    const holder = new Database(path);
    holder.exec("BEGIN EXCLUSIVE");
    const readers = [sqlite(path), sqlite(path, { writable: true, every: "1s", timeout: "900ms" })];
    for (const check of readers) {
      const result = await check.run({ signal: AbortSignal.timeout(check.timeoutMs) });
      expect(result).toMatchObject({ status: "fail", code: "locked" });
    }
    holder.exec("ROLLBACK");
    holder.close();
    expect(await sqlite(path).run({ signal })).toMatchObject({ status: "pass" });
  });

  it("minds a writer only when asked to write", async () => {
    createDatabase({ wal: true });
    const writer = new Database(path);
    writer.exec("BEGIN IMMEDIATE");
    expect(await sqlite(path).run({ signal })).toMatchObject({ status: "pass" });
    expect(await sqlite(path, { writable: true }).run({ signal })).toMatchObject({ code: "locked" });
    writer.close();
  });

  it("says permission for what may not be read or written", async ({ skip }) => {
    // The query runs in a process of its own, whose code an ordinary user must be able to read.
    skip(
      process.geteuid?.() === 0 && !mayBeEntered(import.meta.dirname),
      "other users may not enter the directory of this clone",
    );
    createDatabase();
    chmodSync(path, 0o444);
    expect(await runAsOrdinaryUser("sqlite", path)).toMatchObject({ status: "pass" });
    expect(await runAsOrdinaryUser("sqlite", path, { writable: true })).toEqual({ status: "fail", code: "permission" });
    chmodSync(path, 0o000);
    expect(await runAsOrdinaryUser("sqlite", path)).toEqual({ status: "fail", code: "permission" });
  });

  it("runs a query instead, which may not change anything", async () => {
    createDatabase();
    expect(await sqlite(path, { query: "SELECT 1 FROM t" }).run({ signal })).toMatchObject({ status: "pass" });
    expect(await sqlite(path, { query: "SELECT 1 FROM u" }).run({ signal })).toMatchObject({ status: "fail" });
    for (const writable of [false, true]) {
      const check = sqlite(path, { query: "DELETE FROM t", writable });
      expect(await check.run({ signal })).toMatchObject({ status: "fail", code: "permission" });
    }
    const database = new Database(path);
    expect(database.prepare("SELECT count(*) AS n FROM t").get()).toEqual({ n: 100 });
    database.close();
  });

  it("ends at once when it is aborted inside a statement that takes for ever, and blocks nobody", async () => {
    createDatabase();
    const abort = new AbortController();
    const forEver = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    const run = sqlite(path, { query: forEver, every: "1m", timeout: "30s" }).run({ signal: abort.signal });
    let ticks = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        ticks += 1;
        if (ticks < 50) return;
        clearInterval(timer);
        resolve();
      }, 10);
    });
    const startedMs = performance.now();
    abort.abort();
    expect(await run).toMatchObject({ status: "fail", code: "aborted" });
    expect(performance.now() - startedMs).toBeLessThan(300);
    expect(existsSync(path)).toBe(true);
  });

  it("does not start when it is aborted already", async () => {
    expect(await sqlite(path).run({ signal: AbortSignal.abort() })).toMatchObject({ status: "fail", code: "aborted" });
  });
});

/** Whether users who have no part in it may enter a directory, through all that are above it. */
function mayBeEntered(directory: string): boolean {
  const parent = dirname(directory);
  return (statSync(directory).mode & 0o001) !== 0 && (parent === directory || mayBeEntered(parent));
}
