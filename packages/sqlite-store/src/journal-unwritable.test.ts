import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { createCleanupJournal } from "./cleanup-journal.js";
import { DatabaseError } from "./errors.js";
import { decisions, intent, outcome, TARGET } from "./journal-events.test.fixture.js";
import { connect } from "./sqlite.js";
import { makeDatabase, makeDirectory } from "./test-support.test.fixture.js";

const BUILT = new URL("../dist/index.js", import.meta.url).href;

describe("a journal that cannot be written", () => {
  it("says so with its path when the file is only for reading, and writes nothing", async () => {
    const { connection, path } = makeDatabase();
    connection.pragma("query_only = ON");
    const journal = createCleanupJournal({ connection });
    const error = await caught(() => journal.append(intent("a")));
    expect(error).toMatchObject({ code: "ERR_DB_UNWRITABLE", path, message: expect.stringContaining(path) });
    const recording = journal.recordDecisions({ ...TARGET, runId: "run-1", atMs: 1 }, decisions(10));
    await expect(recording).rejects.toMatchObject({ code: "ERR_DB_UNWRITABLE", path });
    expect(journal.openIntents(TARGET)).toEqual([]);
  });

  it("says so with its path when another process keeps it locked for longer than it waits", async () => {
    const { connection, path } = makeDatabase();
    const other = connect(path, { busyTimeoutMs: 0 });
    onTestFinished(() => void other.close());
    connection.pragma("busy_timeout = 10");
    other.exec("BEGIN IMMEDIATE");
    const journal = createCleanupJournal({ connection });
    expect(await caught(() => journal.append(intent("a")))).toMatchObject({ code: "ERR_DB_LOCKED", path });
    other.exec("ROLLBACK");
    await journal.append(intent("a"));
  });

  it.skipIf(!canMount())("says so with its path when the file system is full, and writes all or nothing", async () => {
    const directory = makeTmpfs("size=2m");
    const { connection, path } = makeDatabase(join(directory, "caretaker.db"));
    const journal = createCleanupJournal({ connection });
    await journal.append(intent("before"));
    fill(directory);
    const many = Array.from({ length: 2_000 }, (_, n) => intent(`many-${n}`));
    const error = await caught(() => journal.append(...many));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ code: "ERR_DB_FULL", path, message: expect.stringContaining("full") });
    const recording = journal.recordDecisions({ ...TARGET, runId: "run-1", atMs: 1 }, decisions(50_000));
    await expect(recording).rejects.toMatchObject({ code: "ERR_DB_FULL", path });
    expect(journal.openIntents(TARGET)).toEqual([intent("before")]);
    spawnSync("rm", [join(directory, "filler")]);
    await journal.append(outcome("before"));
    await journal.recordDecisions({ ...TARGET, runId: "run-1", atMs: 1 }, decisions(100));
    expect(connection.prepare("SELECT count(*) FROM cleanup_decisions").pluck().get()).toBe(100);
    expect(connection.pragma("integrity_check", { simple: true })).toBe("ok");
  });

  it.skipIf(!canMount())("says so with its path when the file system became read-only", async () => {
    const directory = makeTmpfs("size=8m");
    const { connection, path } = makeDatabase(join(directory, "caretaker.db"));
    const journal = createCleanupJournal({ connection });
    await journal.append(intent("before"));
    connection.close();
    spawnSync("mount", ["-o", "remount,ro", directory]);
    expect(await caught(() => makeDatabase(path))).toMatchObject({ code: "ERR_DB_UNWRITABLE", path });
  });
});

describe("a journal that two processes write", () => {
  it("takes everything of both, in whatever order, without an error", async () => {
    const { connection, path } = makeDatabase();
    const journal = createCleanupJournal({ connection });
    const directory = makeDirectory();
    const script = `import { existsSync } from "node:fs";
      import { setImmediate } from "node:timers/promises";
      import { createCleanupJournal, openDatabase } from ${JSON.stringify(BUILT)};
      const journal = createCleanupJournal(openDatabase(process.argv[1], { log: { info() {} } }));
      const [recordings, event] = JSON.parse(process.argv[2]);
      process.stdout.write("ready");
      while (!existsSync(process.argv[3])) await setImmediate();
      const list = Array.from({ length: 2_000 }, (_, n) => ({ id: "call-" + n, stampMs: n, rule: "min_age", bytes: 1 }));
      const recording = journal.recordDecisions({ ...recordings, runId: "other", atMs: 1 }, list);
      for (let n = 0; n < 100; n += 1) { await journal.append({ ...event, claimId: "other-" + n }); await setImmediate(); }
      await recording;`;
    const go = join(directory, "go");
    const args = ["--input-type=module", "-e", script, path, JSON.stringify([TARGET, intent("x")]), go];
    const cwd = fileURLToPath(new URL("..", import.meta.url));
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout, "data");
    writeFileSync(go, "");
    const exited = once(child, "exit");
    const recording = journal.recordDecisions({ ...TARGET, runId: "own", atMs: 1 }, decisions(2_000));
    for (let n = 0; n < 100; n += 1) await journal.append(intent(`own-${n}`));
    await recording;
    expect(await exited).toEqual([0, null]);
    expect(journal.openIntents(TARGET)).toHaveLength(200);
    const recorded = "SELECT run_id || ' ' || count(*) FROM cleanup_decisions GROUP BY run_id ORDER BY 1";
    expect(connection.prepare(recorded).pluck().all()).toEqual(["other 2000", "own 2000"]);
  });
});

async function caught(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Needs root, and a kernel that lets it. */
function canMount(): boolean {
  return process.geteuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
}

function makeTmpfs(options: string): string {
  const directory = join(makeDirectory(), "mounted");
  mkdirSync(directory);
  const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", options, "none", directory], {
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  onTestFinished(() => void spawnSync("umount", ["-l", directory]));
  return directory;
}

function fill(directory: string): void {
  spawnSync("dd", ["if=/dev/zero", `of=${join(directory, "filler")}`, "bs=4096"]);
  expect(existsSync(join(directory, "filler"))).toBe(true);
}
