import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "@caretaker/sqlite-store";
import { beforeEach, describe, expect, it } from "vitest";
import { documentOf, FIXTURE, fleetOf, runCli, scratchDirectory } from "./cli-process.ts";

const scratch = scratchDirectory();
let dataDir: string;
let root: string;

beforeEach(() => {
  const directory = mkdtempSync(join(scratch, "case-"));
  dataDir = join(directory, "data");
  root = join(directory, "recordings");
  mkdirSync(root);
});

const retention = (args: string, env: Record<string, string> = {}) =>
  runCli(["retention", ...args.split(" ")], { ...fleetOf([], { recordings: root }), DATA_DIR: dataDir, ...env });

const DISK_COMMANDS = [
  "plan recordings",
  "run recordings --yes",
  "confirm recordings 3f --yes",
  "restore recordings x",
  "restore recordings --list",
  "adopt recordings x --yes",
];

describe("an unknown target ends with 2 and names the known ones", () => {
  it.each([
    "plan nope",
    "run nope --yes",
    "confirm nope 3f --yes",
    "restore nope x",
    "adopt nope x --yes",
    "history nope",
  ])("retention %s", async (args) => {
    const run = await retention(args);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toBe('caretaker: no such target: "nope"; known: recordings');
    expect(existsSync(dataDir)).toBe(false);
  });

  it("and so do two targets of one name", async () => {
    const config = join(scratch, "twice.config.mjs");
    const text = `import one from ${JSON.stringify(FIXTURE)};\nexport default { retention: [...one.retention, ...one.retention] };`;
    writeFileSync(config, text);
    const run = await retention("plan recordings", { CARETAKER_CONFIG: config });
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining("two targets named") });
  });
});

describe("a root that cannot be worked in ends with 1, before anything is made", () => {
  it.each(DISK_COMMANDS)("gone: retention %s", async (args) => {
    const gone = join(scratch, "not-mounted");
    const run = await retention(args, fleetOf([], { recordings: gone }));
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toBe(`caretaker: root ${JSON.stringify(gone)} is refused: nothing is there`);
    expect(existsSync(dataDir)).toBe(false);
  });

  it("a symbolic link", async () => {
    const link = `${root}-link`;
    symlinkSync(root, link);
    const run = await retention("plan recordings --json", fleetOf([], { recordings: link }));
    expect(run.code).toBe(1);
    expect(documentOf(run)).toMatchObject({ error: { code: "ERR_ROOT_REFUSED" } });
  });

  it("the data directory itself", async () => {
    const run = await retention("plan recordings", { DATA_DIR: root });
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("forbidden directory") });
    expect(readdirSync(root)).toEqual([]);
  });

  it("one that belongs to another machine", async () => {
    const config = join(scratch, "elsewhere.config.mjs");
    const text = `import one from ${JSON.stringify(FIXTURE)};\nexport default { retention: one.retention.map((t) => ({ ...t, onHost: "host-b" })) };`;
    writeFileSync(config, text);
    const run = await retention("plan recordings", { CARETAKER_CONFIG: config, HOST_ID: "host-a" });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(
      'target "recordings" is for the machine "host-b" alone; this one is "host-a" (HOST_ID)',
    );
  });
});

describe("a journal that cannot be used ends with 1, names its path, and is not changed", () => {
  it("cannot be made", async () => {
    const file = join(scratch, "a-file");
    writeFileSync(file, "not a directory");
    const run = await retention("run recordings --yes", { DB_PATH: join(file, "sub", "journal.db") });
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain(join(file, "sub"));
  });

  it("is no database", async () => {
    const path = join(scratch, "no-database.db");
    writeFileSync(path, "this was never a database ".repeat(200));
    const run = await retention("history recordings --json", { DB_PATH: path });
    expect(run.code).toBe(1);
    expect(documentOf(run)).toMatchObject({
      error: { code: "ERR_DB_CORRUPT", message: expect.stringContaining(path) },
    });
    expect(readFileSync(path, "utf8")).toMatch(/^this was never a database/);
  });

  it("was written by a newer version", async () => {
    const path = join(dataDir, "caretaker.db");
    const database = openDatabase(path, { log: { info: () => undefined } });
    database.connection.pragma("user_version = 9999");
    database.close();
    const before = readFileSync(path);
    const run = await retention("plan recordings --json");
    expect(run.code).toBe(1);
    expect(documentOf(run)).toMatchObject({ error: { code: "ERR_DB_NEWER_SCHEMA" } });
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
