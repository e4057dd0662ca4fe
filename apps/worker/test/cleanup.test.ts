import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCleanupClient } from "@caretaker/worker";
import { describe, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { recordSession } from "./record-sessions.ts";
import { parseLine, scratchDirectory, spawnWorker, stopWorker } from "./worker-process.ts";

const directory = scratchDirectory();
const redis = () => process.env["CARETAKER_TEST_REDIS_URL"] ?? "";

/** Everything below a directory, with kinds, modes and contents. */
function digest(path: string): string {
  const hash = createHash("sha256");
  const visit = (current: string) => {
    const stat = lstatSync(current);
    hash.update(`${current}\0${stat.mode}\0`);
    if (stat.isSymbolicLink()) hash.update(readlinkSync(current));
    else if (stat.isFile()) hash.update(readFileSync(current));
    else if (stat.isDirectory()) for (const name of readdirSync(current).sort()) visit(join(current, name));
  };
  visit(path);
  return hash.digest("hex");
}

/** What is not the recorder's, or cannot be shown to be: name → the reason it is kept for. */
async function plantStrangers(root: string): Promise<Record<string, string>> {
  const directoryWith = (name: string, marker?: string) => {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, "precious.txt"), `of ${name}`);
    if (marker !== undefined) writeFileSync(join(root, name, "metadata.json"), marker);
  };
  directoryWith("my_project");
  directoryWith("node_modules_backup_2");
  directoryWith("meeting_20261345_120000");
  directoryWith("meeting_20200101_120000");
  directoryWith("broken_20200102_120000", "{ not json");
  const other = { session_id: "other", started_at: "2020-01-03T12:00:00Z", ended_at: "2020-01-03T13:00:00Z" };
  directoryWith("borrowed_20200103_120000", JSON.stringify(other));
  directoryWith("fifo_20200104_120000");
  execFileSync("mkfifo", [join(root, "fifo_20200104_120000", "metadata.json")]);
  mkdirSync(join(directory, "elsewhere"), { recursive: true });
  const linked = await recordSession(join(directory, "elsewhere"), "linked", 24 * 400);
  symlinkSync(join(directory, "elsewhere", linked), join(root, linked));
  writeFileSync(join(root, "notes_20200105_120000"), "a file");
  return {
    my_project: "name_mismatch",
    node_modules_backup_2: "name_mismatch",
    meeting_20261345_120000: "name_mismatch",
    meeting_20200101_120000: "marker_missing",
    broken_20200102_120000: "marker_invalid",
    borrowed_20200103_120000: "marker_mismatch",
    fifo_20200104_120000: "marker_not_a_file",
    [linked]: "symlink",
    notes_20200105_120000: "not_a_directory",
  };
}

/** What a root holds besides what Caretaker keeps there for itself: its trash, and the marker that tells which root it is. */
function entriesOf(root: string): string[] {
  return readdirSync(root).filter((name) => name !== ".caretaker-trash" && name !== ".caretaker-root.json");
}

function counts(reasons: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...new Set(reasons)].map((one) => [one, reasons.filter((reason) => reason === one).length]),
  );
}

describe("cleanup of a mixed root", () => {
  it("deletes only what the recorder owns, oldest first by name, and says what it did", async () => {
    const root = join(directory, "recordings");
    mkdirSync(root);
    const strangers = await plantStrangers(root);
    // Written newest first, so that any order by ctime or mtime would be the wrong one.
    const newest = await recordSession(root, "daily_stand_up", 30);
    const middle = await recordSession(root, "with_under_scores_20200101", 40);
    const oldest = await recordSession(root, "zeta", 60);
    const young = await recordSession(root, "just_now", 0);
    const untouched = Object.keys(strangers).map((name) => [name, digest(join(root, name))]);
    const elsewhere = digest(join(directory, "elsewhere"));

    const prefix = "cleanup-mixed";
    const worker = spawnWorker({
      REDIS_URL: redis(),
      KEY_PREFIX: prefix,
      DATA_DIR: join(directory, "data"),
      RECORDINGS_DIR: root,
      MAX_RECORDINGS: "2",
    });
    const line = await worker.waitForLog((text) => text.includes('"msg":"cleanup done"'));
    expect(parseLine(line)).toMatchObject({
      target: "recordings",
      dryRun: false,
      candidates: 2,
      owned: 4,
      kept: 2,
      deleted: 2,
      failed: 0,
      deletedIds: [oldest, middle],
      unknown: counts(Object.values(strangers)),
    });
    expect(parseLine(line)?.["keptIds"]).toEqual([newest, young]);
    expect(entriesOf(root).sort()).toEqual([...Object.keys(strangers), newest, young].sort());
    expect(Object.keys(strangers).map((name) => [name, digest(join(root, name))])).toEqual(untouched);
    expect(digest(join(directory, "elsewhere"))).toBe(elsewhere);
    await stopWorker(worker);
  });

  it("runs once for a hundred requests on the queue, and a dry run deletes nothing", async () => {
    const root = join(directory, "requested");
    mkdirSync(root);
    const prefix = "cleanup-requested";
    const worker = spawnWorker({
      REDIS_URL: redis(),
      KEY_PREFIX: prefix,
      DATA_DIR: join(directory, "data-requested"),
      RECORDINGS_DIR: root,
      MAX_RECORDINGS: "1",
    });
    await worker.waitForLog((text) => text.includes('"msg":"cleanup done"'));
    const old = await recordSession(root, "old", 50);
    const kept = await recordSession(root, "kept", 40);
    const client = createCleanupClient({ redis: redis(), prefix });

    const dry = await client.requestCleanup("recordings", { dryRun: true, reason: "a look first" });
    const dryLine = await worker.waitForLog(
      (text) => text.includes('"msg":"cleanup done"') && text.includes(dry.runId),
    );
    expect(parseLine(dryLine)).toMatchObject({ dryRun: true, candidates: 1, deleted: 0 });
    expect(readdirSync(root)).toEqual(expect.arrayContaining([old, kept]));

    const asked = await Promise.all(Array.from({ length: 100 }, () => client.requestCleanup("recordings")));
    const runIds = [...new Set(asked.map(({ runId }) => runId))];
    const done = () => worker.stdoutLines.map(parseLine).filter((line) => line?.["msg"] === "cleanup done");
    await waitFor(() => runIds.every((runId) => done().some((line) => line?.["runId"] === runId)), {
      what: "the runs",
    });
    expect(runIds).toHaveLength(1);
    expect(entriesOf(root)).toEqual([kept]);
    // The line is logged before the queue hears that the job has ended.
    await waitFor(async () => (await client.runState("recordings", runIds[0] ?? "")) === "completed", {
      what: "the queue to hear of it",
    });
    expect(await client.runState("recordings", "run-never")).toBe("unknown");
    client.close();
    await stopWorker(worker);
  });
});
