import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fixture, parseLine, scratchDirectory, spawnWorker, stopWorker } from "./worker-process.ts";

const directory = scratchDirectory();

function start(name: string, dbPath: string) {
  return spawnWorker({
    REDIS_URL: process.env["CARETAKER_TEST_REDIS_URL"] ?? "",
    KEY_PREFIX: `db-${name}`,
    DATA_DIR: join(directory, name, "data"),
    DB_PATH: dbPath,
    CARETAKER_CONFIG: fixture("counting.config.mjs"),
    COUNT_FILE: join(directory, `notes-${name}`),
  });
}

/** Starts, expects the end with 78, and gives back what was said about it. */
async function refusal(name: string, dbPath: string): Promise<string> {
  const app = start(name, dbPath);
  expect(await app.exit).toEqual({ code: 78, signal: null });
  const lines = app.stdoutLines.map(parseLine).filter((line) => line?.["level"] === "error");
  expect(lines).toHaveLength(1);
  expect(app.stderrLines).toEqual([]);
  return String(lines[0]?.["msg"]);
}

describe("DB_PATH", () => {
  it("in a missing nested directory: the parents are made, closed to others, and the resolved path is logged", async () => {
    const dbPath = join(directory, "nested", "a", "b", "c", "journal.db");
    const app = start("nested", dbPath);
    const line = await app.waitForLog((text) => text.includes("opening database"));
    expect(parseLine(line)).toMatchObject({ path: dbPath });
    await app.waitForLog((text) => text.includes("schedules installed"));
    expect(existsSync(dbPath)).toBe(true);
    expect(statSync(join(directory, "nested", "a")).mode & 0o777).toBe(0o750);
    await stopWorker(app);
  });

  it("that is relative is resolved against the working directory and logged as absolute", async () => {
    const app = start("relative", "caretaker-test-relative/../caretaker-test-relative.db");
    const line = await app.waitForLog((text) => text.includes("opening database"));
    expect(String(parseLine(line)?.["path"])).toMatch(/^\/.*\/caretaker-test-relative\.db$/);
    await app.waitForLog((text) => text.includes("schedules installed"));
    await stopWorker(app);
    // Left in the system's temporary directory, which is the working directory of the test's workers.
    const path = String(parseLine(line)?.["path"]);
    for (const end of ["", "-wal", "-shm", "-recording"]) rmSync(path + end, { force: true });
  });

  it("below a file, which nobody can make a directory in: a clear error and 78", async () => {
    const file = join(directory, "a-file");
    writeFileSync(file, "not a directory");
    expect(await refusal("unwritable", join(file, "sub", "journal.db"))).toContain(join(file, "sub"));
    expect(readFileSync(file, "utf8")).toBe("not a directory");
  });

  it("that is a directory: a clear error and 78, and the directory stays as it was", async () => {
    const path = join(directory, "is-a-directory");
    mkdirSync(path);
    const message = await refusal("directory", path);
    expect(message).toContain(path);
    expect(message).toMatch(/directory/);
    expect(readdirSync(path)).toEqual([]);
  });

  it("that is no database: a clear error and 78, and not a byte of it changed", async () => {
    const parent = join(directory, "no-database");
    mkdirSync(parent);
    const path = join(parent, "journal.db");
    const content = Buffer.from("this was never a database, and it is somebody's file\n".repeat(100));
    writeFileSync(path, content);
    expect(await refusal("corrupt", path)).toContain(path);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(parent)).toEqual(["journal.db"]);
  });
});
