import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createCleanupJournal } from "./cleanup-journal.js";
import { DatabaseError } from "./errors.js";
import { openDatabase } from "./open-database.js";
import { connect } from "./sqlite.js";
import { makeDatabase, makeDirectory, SILENT } from "./test-support.test.fixture.js";

describe("openDatabase", () => {
  it("makes the directories, with mode 0750, and logs the resolved path before it opens", () => {
    const directory = makeDirectory();
    const path = join(directory, "data/deep/caretaker.db");
    const logged: unknown[] = [];
    const log = {
      info: (message: string, fields: object) => void logged.push([message, fields, readdirSync(directory)]),
    };
    const database = openDatabase(relative(process.cwd(), path), { log });
    database.close();
    expect(logged).toEqual([["opening database", { path }, []]]);
    expect(database.path).toBe(path);
    for (const made of [join(directory, "data"), dirname(path)]) expect(statSync(made).mode & 0o027).toBe(0);
  });

  it("opens in WAL mode, fully synced, with foreign keys and a timeout", () => {
    const { connection } = makeDatabase();
    const read = (pragma: string) => connection.pragma(pragma, { simple: true });
    expect(["journal_mode", "synchronous", "foreign_keys", "busy_timeout"].map(read)).toEqual(["wal", 2, 1, 5_000]);
  });

  it("opens again what it made, with what was in it, and leaves one file when closed", () => {
    const path = join(makeDirectory(), "caretaker.db");
    const first = openDatabase(path, { log: SILENT });
    void createCleanupJournal(first).append({
      ...ABOUT,
      type: "run_started",
      root: "/srv",
      dryRun: false,
      reason: "test",
    });
    first.close();
    first.close();
    expect(readdirSync(dirname(path))).toEqual(["caretaker.db"]);
    const { connection } = makeDatabase(path);
    expect(connection.prepare("SELECT count(*) FROM cleanup_events").pluck().get()).toBe(1);
  });

  it("lets two processes' worth of connections work on it", () => {
    const first = makeDatabase();
    const second = makeDatabase(first.path);
    for (const database of [first, second]) {
      void createCleanupJournal(database).append({
        ...ABOUT,
        type: "run_started",
        root: "/srv",
        dryRun: false,
        reason: "test",
      });
    }
    expect(first.connection.prepare("SELECT count(*) FROM cleanup_events").pluck().get()).toBe(2);
  });

  it("takes an empty file for a new database", () => {
    const path = join(makeDirectory(), "caretaker.db");
    writeFileSync(path, "");
    makeDatabase(path);
  });

  it("recovers what a killed process left in the write-ahead log", () => {
    const path = join(makeDirectory(), "caretaker.db");
    const child = `import { openDatabase } from ${JSON.stringify(BUILT)};
      openDatabase(process.argv[1], { log: { info() {} } }).connection.exec("CREATE TABLE t AS SELECT 7 AS n");
      process.kill(process.pid, "SIGKILL");`;
    expect(runScript(child, [path])).toMatchObject({ signal: "SIGKILL", stderr: "" });
    expect(readdirSync(dirname(path))).toContain("caretaker.db-wal");
    expect(makeDatabase(path).connection.prepare("SELECT n FROM t").pluck().get()).toBe(7);
  });
});

describe("openDatabase refuses, names the path and leaves every byte as it was", () => {
  it.each<[string, string, (directory: string) => string]>([
    ["a directory at the path", "ERR_DB_NOT_A_FILE", (directory) => directory],
    [
      "a pipe at the path",
      "ERR_DB_NOT_A_FILE",
      (directory) => {
        spawnSync("mkfifo", [join(directory, "pipe")]);
        return join(directory, "pipe");
      },
    ],
    ["a file as parent", "ERR_DB_UNWRITABLE", (directory) => join(write(directory, "file"), "caretaker.db")],
    [
      "a file among the parents",
      "ERR_DB_UNWRITABLE",
      (directory) => join(write(directory, "file"), "deep/caretaker.db"),
    ],
    [
      "a broken link as parent",
      "ERR_DB_UNWRITABLE",
      (directory) => {
        symlinkSync("nowhere", join(directory, "link"));
        return join(directory, "link/caretaker.db");
      },
    ],
    [
      "text",
      "ERR_DB_CORRUPT",
      (directory) => write(directory, "notes.txt", "my notes, not a database\n".repeat(1_000)),
    ],
    ["one byte", "ERR_DB_CORRUPT", (directory) => write(directory, "byte", "S")],
    ["a header and nothing more", "ERR_DB_CORRUPT", (directory) => write(directory, "header", "SQLite format 3\0")],
    [
      "a header and noise",
      "ERR_DB_CORRUPT",
      (directory) => write(directory, "noise", `SQLite format 3\0${"noise".repeat(4_000)}`),
    ],
    [
      "a database that was cut off",
      "ERR_DB_CORRUPT",
      (directory) => {
        const path = makeFilled(directory);
        return write(directory, "cut", readFileSync(path).subarray(0, 10_000));
      },
    ],
    ["a database with a damaged page", "ERR_DB_CORRUPT", (directory) => damage(makeFilled(directory), 4_096 * 2)],
    [
      "a damaged database with an old journal mode",
      "ERR_DB_CORRUPT",
      (directory) => {
        const path = makeFilled(directory);
        const connection = connect(path, { busyTimeoutMs: 0 });
        connection.pragma("journal_mode = DELETE");
        connection.close();
        return damage(path, 4_096 * 2);
      },
    ],
    [
      "a newer schema",
      "ERR_DB_NEWER_SCHEMA",
      (directory) => {
        const path = makeFilled(directory);
        const connection = connect(path, { busyTimeoutMs: 0 });
        connection.pragma("user_version = 1000");
        connection.close();
        return path;
      },
    ],
  ])("%s: %s", (_what, code, prepare) => {
    const directory = makeDirectory();
    const path = prepare(directory);
    const before = snapshot(directory);
    const error = openError(path);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ code, path, message: expect.stringContaining(JSON.stringify(path)) });
    expect((error as Error).message).toMatch(/DB_PATH/);
    expect(snapshot(directory)).toEqual(before);
  });

  it("a damaged database beside a write-ahead log that a killed process left", () => {
    const directory = makeDirectory();
    const path = makeFilled(directory);
    const child = `import { openDatabase } from ${JSON.stringify(BUILT)};
      openDatabase(process.argv[1], { log: { info() {} } }).connection.exec("CREATE TABLE t AS SELECT 7 AS n");
      process.kill(process.pid, "SIGKILL");`;
    expect(runScript(child, [path])).toMatchObject({ signal: "SIGKILL", stderr: "" });
    damage(path, 4_096 * 2);
    const before = snapshot(directory).filter(([name]) => !name?.endsWith("-shm"));
    expect(openError(path)).toMatchObject({ code: "ERR_DB_CORRUPT" });
    expect(snapshot(directory).filter(([name]) => !name?.endsWith("-shm"))).toEqual(before);
  });

  it.each([
    ["a directory it may not write", 0o555, 0o644],
    ["a file it may not write", 0o755, 0o444],
    ["a file it may not read", 0o755, 0o000],
  ])("%s", (_what, directoryMode, fileMode) => {
    const directory = makeDirectory();
    chmodSync(directory, 0o755);
    const parent = join(directory, "data");
    mkdirSync(parent);
    const path = makeFilled(parent);
    giveAway(path, fileMode);
    giveAway(parent, directoryMode);
    const { stdout, stderr } = openAsOrdinary(path);
    chmodSync(parent, 0o755);
    expect({ stdout, stderr }).toEqual({
      stdout: expect.stringContaining(`ERR_DB_UNWRITABLE database "${path}"`),
      stderr: "",
    });
    expect(readdirSync(parent)).toEqual(["caretaker.db"]);
  });

  it("a directory it may not make", () => {
    const directory = makeDirectory();
    giveAway(directory, 0o555);
    expect(openAsOrdinary(join(directory, "data/caretaker.db"))).toMatchObject({
      stdout: expect.stringMatching(/^ERR_DB_UNWRITABLE /),
    });
    chmodSync(directory, 0o755);
  });
});

const ABOUT = { atMs: 1, runId: "run-1", target: "recordings" };
const BUILT = new URL("../dist/index.js", import.meta.url).href;
const NOBODY = 65_534;
const BECOME_ORDINARY = new URL("../../../scripts/testing/fixtures/become-ordinary.mjs", import.meta.url).href;

/** Root may do anything, so a root's permission tests need somebody else, who prints what opening the file threw. */
function openAsOrdinary(path: string) {
  const child = `import { openDatabase } from ${JSON.stringify(BUILT)};
    import { becomeOrdinary } from ${JSON.stringify(BECOME_ORDINARY)};
    const open = (path) => openDatabase(path, { log: { info() {} } });
    // The native module is loaded with the first one.
    open(process.argv[2]).close();
    becomeOrdinary();
    try { open(process.argv[1]); } catch (error) { process.stdout.write(error.code + " " + error.message); }`;
  return runScript(child, [path, join(makeDirectory(), "another.db")]);
}

function runScript(script: string, args: string[]) {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  return spawnSync(process.execPath, ["--input-type=module", "-e", script, ...args], {
    encoding: "utf8",
    cwd,
  });
}

function giveAway(path: string, mode: number): void {
  chmodSync(path, mode);
  if (process.geteuid?.() === 0) chownSync(path, NOBODY, NOBODY);
}

function write(directory: string, name: string, content: string | Uint8Array = "content"): string {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
}

function makeFilled(directory: string): string {
  const path = join(directory, "caretaker.db");
  const database = openDatabase(path, { log: SILENT });
  const journal = createCleanupJournal(database);
  const reason = "x".repeat(500);
  for (let i = 0; i < 100; i += 1)
    void journal.append({ ...ABOUT, type: "run_started", root: "/srv", dryRun: false, reason });
  database.close();
  return path;
}

function damage(path: string, offset: number): string {
  const fd = openSync(path, "r+");
  writeSync(fd, Buffer.alloc(4_096, 0x5a), 0, 4_096, offset);
  closeSync(fd);
  return path;
}

function openError(path: string): unknown {
  try {
    openDatabase(path, { log: SILENT }).close();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Every name below a directory with its content. */
function snapshot(directory: string): string[][] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, entry.isFile() ? readFileSync(path).toString("base64") : "not a file"];
    })
    .sort();
}
