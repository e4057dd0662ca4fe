import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CleanupReport,
  defineTarget,
  type RetentionTarget,
  recorderSessions,
  runCleanup,
  type Step,
} from "@caretaker/retention";
import { describe, expect, it, onTestFinished } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import {
  describeTree,
  makeRoot,
  makeSession,
  NOW_MS,
  namesIn,
  trashOf,
} from "../../retention/src/test-support.test.fixture.ts";
import { type CaretakerDatabase, createCleanupJournal, createTargetLock, openDatabase } from "../src/index.js";

describe.skipIf(process.platform === "win32")("two processes with a database each, and one root", () => {
  it.each(["verified", "claimed", "deleted", "outcomes"] as const)(
    "run one at a time: the second is busy while the first stands still after %s, and nothing is done twice",
    async (step) => {
      const { root, ids } = makeWorld();
      const first = start(root, { database: "first.db", stopAfter: step });
      await waitFor(() => isStopped(first.child), { what: "the first process to stop" });
      const before = [...describeTree(root), ...trashOf(root)];
      expect(await start(root, { database: "second.db" }).report).toMatchObject({ outcome: "busy", deletedCount: 0 });
      expect([...describeTree(root), ...trashOf(root)]).toEqual(before);
      first.child.kill("SIGCONT");
      expect(await first.report).toMatchObject({ outcome: "done", deleted: ids.slice(0, 2) });
      expect(await start(root, { database: "third.db" }).report).toMatchObject({ outcome: "done", deletedCount: 0 });
      expect(namesIn(root)).toEqual(ids.slice(2));
    },
  );
});

describe.skipIf(!canMount())("a journal on a full disk (needs root to mount one)", () => {
  it("lets a run fail before anything is touched, and the next one do its work once there is room", async () => {
    const { root, ids } = makeWorld();
    const { database, filler } = makeSmallDisk(root);
    fill(filler);
    const before = describeTree(root);
    const report = await run(root, { database, onStep: () => {} });
    expect(report).toMatchObject({ outcome: "failed", deletedCount: 0, error: { code: "ERR_DB_FULL" } });
    expect(describeTree(root)).toEqual(before);
    rmSync(filler);
    expect(await run(root, { database, runId: "run-2" })).toMatchObject({ outcome: "done", deleted: ids.slice(0, 2) });
  });

  it.each([
    ["verified", "moves nothing without an intent", []],
    ["intents", "does what it had announced, and has it accounted for by the next run", [0, 1]],
  ] as const)("that filled up after %s: %s", async (at, _what, gone) => {
    const { root, ids } = makeWorld();
    const { database, filler } = makeSmallDisk(root);
    const before = describeTree(root);
    const onStep = (step: Step) => void (step === at && fill(filler));
    const report = await run(root, { database, onStep });
    expect(report).toMatchObject({ outcome: "failed", partial: true, error: { code: "ERR_DB_FULL" } });
    expect(describeTree(root)).toEqual(
      before.filter((line) => !gone.some((index) => line.startsWith(`${ids[index]}`))),
    );
    rmSync(filler);
    expect(await run(root, { database, runId: "run-2" })).toMatchObject({ outcome: "done" });
    expect(namesIn(root)).toEqual(ids.slice(2));
    const told = "SELECT session, code FROM cleanup_outcomes WHERE result = 'deleted' ORDER BY session";
    const code = gone.length > 0 ? "found_gone" : "ok";
    expect(database.connection.prepare(told).all()).toEqual(ids.slice(0, 2).map((session) => ({ session, code })));
    expect(createCleanupJournal(database).openIntents({ name: "recordings", root })).toEqual([]);
  });
});

function makeWorld(): { root: string; ids: readonly string[] } {
  const root = makeRoot();
  return { root, ids: [makeSession(root, "a", 1), makeSession(root, "b", 2), makeSession(root, "c", 3)] };
}

interface Running {
  readonly child: ChildProcess;
  readonly report: Promise<CleanupReport>;
}

function start(root: string, { database, stopAfter }: { database: string; stopAfter?: Step }): Running {
  const killAfter = stopAfter === undefined ? null : { step: stopAfter, nth: 1, signal: "SIGSTOP" };
  const told = {
    act: "run",
    root,
    databasePath: join(dirname(root), database),
    nowMs: NOW_MS,
    keepFor: null,
    killAfter,
  };
  const path = fileURLToPath(new URL("./fixtures/cleanup-child.mjs", import.meta.url));
  const child = spawn(process.execPath, [path, JSON.stringify(told)], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, report: readReport(child) };
}

async function readReport(child: ChildProcess): Promise<CleanupReport> {
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(child, "close");
  return JSON.parse(said) as CleanupReport;
}

function isStopped({ pid }: ChildProcess): boolean {
  return execFileSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" }).startsWith("T");
}

interface RunOn {
  readonly database: CaretakerDatabase;
  readonly runId?: string;
  readonly onStep?: (step: Step) => void;
}

function run(root: string, { database, runId = "run-1", onStep }: RunOn): Promise<CleanupReport> {
  const ports = { journal: createCleanupJournal(database), lock: createTargetLock() };
  return runCleanup(makeTarget(root), { runId, dryRun: false, reason: "test", nowMs: () => NOW_MS, ...ports, onStep });
}

function makeTarget(root: string): RetentionTarget {
  return defineTarget({ name: "recordings", root, owns: recorderSessions(), keep: { last: 1 } });
}

/** Needs root, and a kernel that lets it. */
function canMount(): boolean {
  return process.geteuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
}

/** A database on a small file system of its own, and a file that fills that. */
function makeSmallDisk(root: string): { database: CaretakerDatabase; filler: string } {
  const directory = join(dirname(root), "data");
  mkdirSync(directory);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "none", directory]);
  onTestFinished(() => void spawnSync("umount", ["-l", directory]));
  const database = openDatabase(join(directory, "caretaker.db"), { log: { info: () => {} } });
  onTestFinished(() => database.close());
  return { database, filler: join(directory, "filler") };
}

function fill(filler: string): void {
  expect(spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=4096"]).status).not.toBe(0);
  expect(readFileSync(filler).length).toBeGreaterThan(0);
}
