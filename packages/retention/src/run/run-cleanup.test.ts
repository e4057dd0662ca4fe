import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { CleanupReport } from "../report.js";
import { MAX_BATCH } from "../take/take-context.js";
import type { TargetOptions } from "../target.js";
import {
  describeTree,
  makeRoot,
  makeSession,
  makeTarget,
  markerOf,
  NOW_MS,
  namesIn,
  runChild,
  trashOf,
} from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { createMemoryLock } from "../testing/memory-lock.js";
import { TRASH_NAME } from "../trash/trash-name.js";
import { runCleanup } from "./run-cleanup.js";
import type { RunOptions } from "./run-options.js";
import { makeSessions, runOn } from "./run-support.test.fixture.js";

describe("runCleanup on a root shared with others", () => {
  it("deletes only what is provably the recorder's, oldest first, and leaves the rest byte for byte", async () => {
    const { root, old } = makeMixedRoot();
    const before = describeTree(root);
    const journal = createMemoryJournal();
    const report = await run(root, { journal }, { keep: { last: 2 } });
    expect(report.deleted).toEqual(old);
    expect(describeTree(root)).toEqual(before.filter((line) => !old.some((id) => line.startsWith(id))));
    const order = journal.events.flatMap((event) => (event.type === "outcome" ? [event.id] : []));
    expect(order).toEqual(old);
    expect(report).toMatchObject({
      outcome: "done",
      // With our own trash.
      listed: 21,
      owned: 5,
      active: 0,
      held: 2,
      unknown: {
        marker_invalid: 1,
        marker_mismatch: 1,
        marker_missing: 1,
        marker_not_a_file: 1,
        name_mismatch: 7,
        not_a_directory: 1,
        symlink: 1,
      },
      candidates: 3,
      keptCount: 4,
      failed: [],
    });
  });

  it("plans nothing the second time", async () => {
    const { root, old } = makeMixedRoot();
    expect((await run(root, {}, { keep: { last: 2 } })).deletedCount).toBe(old.length);
    const before = describeTree(root);
    expect(await run(root, {}, { keep: { last: 2 } })).toMatchObject({
      outcome: "done",
      candidates: 0,
      deletedCount: 0,
    });
    expect(describeTree(root)).toEqual(before);
  });
});

describe("runCleanup", () => {
  it("changes nothing in a dry run: no lock, no trash, the same plan as the run after it", async () => {
    const { root, old } = makeMixedRoot();
    const before = describeTree(root);
    const lock = { acquire: () => Promise.reject(new Error("a dry run needs no lock")) };
    const dry = await run(root, { dryRun: true, lock }, { keep: { last: 2 } });
    expect(dry).toMatchObject({
      outcome: "done",
      dryRun: true,
      candidates: old.length,
      deletedCount: 0,
      bytesFreed: 0,
    });
    expect(describeTree(root)).toEqual(before);
    expect(namesIn(dirname(root))).toEqual(["recordings"]);
    expect((await run(root, {}, { keep: { last: 2 } })).planId).toBe(dry.planId);
  });

  it("tells in the journal when it began, what it decided in full, and how it ended", async () => {
    const root = makeRoot();
    const ids = Array.from({ length: 50 }, (_, day) => makeSession(root, "a", day + 1));
    const journal = createMemoryJournal();
    const report = await run(root, { journal }, { keep: { last: 25 } });
    expect(report.deleted).toEqual(ids.slice(0, 20));
    expect(report).toMatchObject({ deletedCount: 25, kept: ids.slice(30), keptCount: 25 });
    const planned = journal.events.find((event) => event.type === "run_planned");
    expect(planned).toMatchObject({ candidateCount: 25, keptCount: 25 });
    expect(journal.decisionsOf("run-1").map(({ id, rule }) => [id, rule])).toEqual(
      ids.map((id, index) => [id, index < 25 ? "beyond_keep" : "keep_last"]),
    );
    expect(journal.events.at(0)).toMatchObject({ type: "run_started", root, reason: "test" });
    expect(journal.events.at(-1)).toMatchObject({ type: "run_finished", report: { outcome: "done" } });
  });

  it("logs one line at the start and one at the end", async () => {
    const { root, old } = makeMixedRoot();
    const { log, lines } = recordLog();
    const report = await run(root, { log }, { keep: { last: 2 } });
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      "info cleanup started",
      "info cleanup done",
    ]);
    expect(lines[0]?.fields).toEqual({ target: "recordings", runId: "run-1", dryRun: false, reason: "test" });
    expect(lines[1]?.fields).toMatchObject({
      ...{ target: "recordings", runId: "run-1", planId: report.planId, dryRun: false, candidates: 3, owned: 5 },
      ...{ kept: 4, deleted: 3, failed: 0, bytesFreed: report.bytesFreed, seconds: 0, unknown: report.unknown },
      ...{ keptIds: report.kept, deletedIds: old },
    });
  });

  it("says busy, and does nothing, while another run holds the root", async () => {
    const { root } = makeMixedRoot();
    const before = describeTree(root);
    const lock = createMemoryLock();
    const release = await lock.acquire({ name: "other", root });
    expect(await run(root, { lock })).toMatchObject({ outcome: "busy", planId: null, deletedCount: 0 });
    expect(describeTree(root)).toEqual(before);
    await release?.();
    expect(await run(root, { lock })).toMatchObject({ outcome: "done" });
    expect(await run(root, { lock })).toMatchObject({ outcome: "done" });
  });

  it("refuses a root that is gone, and logs a warning that names it", async () => {
    const root = makeRoot();
    rmSync(root, { recursive: true });
    const { log, lines } = recordLog();
    const report = await run(root, { log });
    expect(report).toMatchObject({
      outcome: "refused",
      error: { code: "ERR_ROOT_REFUSED", message: expect.stringContaining(root) },
    });
    expect(lines.at(-1)).toMatchObject({ level: "warn", message: "cleanup refused" });
  });

  it("refuses a root that is or contains a forbidden directory", async () => {
    const { root } = makeMixedRoot();
    expect(await run(root, { forbiddenRoots: [root] })).toMatchObject({ outcome: "refused", deletedCount: 0 });
  });

  it("deletes nothing when the journal cannot be written, and says so", async () => {
    const { root } = makeMixedRoot();
    const before = describeTree(root);
    const { log, lines } = recordLog();
    const journal = { ...createMemoryJournal(), append: () => Promise.reject(new Error("journal gone")) };
    expect(await run(root, { journal, log })).toMatchObject({
      outcome: "failed",
      error: { code: "internal", message: "journal gone" },
    });
    expect(lines.at(-1)).toMatchObject({ level: "error", message: "cleanup failed" });
    expect(describeTree(root)).toEqual(before);
  });

  it.each([
    ["the journal cannot say what earlier runs left", { facts: () => Promise.reject(new Error("gone")) }, {}],
    ["nobody can say whether the root is taken", {}, { lock: { acquire: () => Promise.reject(new Error("gone")) } }],
  ])("touches nothing, and fails, when %s", async (_, broken, ports) => {
    const { root } = makeMixedRoot();
    const names = readdirSync(root);
    const journal = { ...createMemoryJournal(), ...broken };
    const report = await run(root, { journal, ...ports });
    expect(report).toMatchObject({ outcome: "failed", error: { message: "gone" }, planId: null });
    // Not even a trash.
    expect(readdirSync(root)).toEqual(names);
  });

  it("reports what it deleted before the journal broke", async () => {
    const root = makeRoot();
    const ids = makeSessions(root, 4 * MAX_BATCH + 1);
    const memory = createMemoryJournal();
    let batches = 0;
    const journal: typeof memory = {
      ...memory,
      append: (...events) => {
        batches += events.some(({ type }) => type === "intent") ? 1 : 0;
        // Those of the fourth batch: by then the first has ended, and two are on their way.
        if (batches === 4 && events.some(({ type }) => type === "intent")) throw new Error("journal gone");
        return memory.append(...events);
      },
    };
    const report = await runOn(root, { journal }, { maxDeleteRatio: 1 });
    expect(report).toMatchObject({ outcome: "failed", partial: true, error: { message: "journal gone" } });
    expect(report.deletedCount).toBeGreaterThanOrEqual(MAX_BATCH);
    expect(report.deletedCount).toBeLessThanOrEqual(3 * MAX_BATCH);
    expect(report.bytesFreed).toBeGreaterThan(0);
    expect(namesIn(root)).toEqual(ids.slice(report.deletedCount));
  });

  it("is partial when it is stopped, before or between sessions", async () => {
    const { root, old } = makeMixedRoot();
    const before = describeTree(root);
    expect(await run(root, { signal: AbortSignal.abort() })).toMatchObject({
      outcome: "partial",
      partial: true,
      planId: null,
    });
    expect(describeTree(root)).toEqual(before);
    const controller = new AbortController();
    const onStep = (step: string) => void (step === "deleted" && controller.abort());
    const stopped = await run(root, { signal: controller.signal, onStep }, { keep: { last: 2 } });
    expect(stopped).toMatchObject({
      outcome: "partial",
      partial: true,
      deleted: old.slice(0, 1),
      skipped: old.slice(1).map((id) => ({ id, code: "interrupted" })),
      error: null,
    });
  });

  it("is partial at its budgets", async () => {
    const { root } = makeMixedRoot();
    expect(await run(root, {}, { keep: { last: 2 }, maxPerRun: 1 })).toMatchObject({
      outcome: "partial",
      deletedCount: 1,
    });
    let nowMs = NOW_MS;
    const tick = () => (nowMs += 1_000);
    expect(await run(root, { nowMs: tick }, { keep: { last: 2 }, maxSeconds: 1 })).toMatchObject({
      outcome: "partial",
      deletedCount: 0,
    });
  });

  it("gives the lock back however it ends", async () => {
    const { root } = makeMixedRoot();
    const lock = createMemoryLock();
    const journal = { ...createMemoryJournal(), openIntents: () => Promise.reject(new Error("journal gone")) };
    expect((await run(root, { lock, journal })).outcome).toBe("failed");
    expect(lock.acquire({ name: "recordings", root })).not.toBeNull();
  });

  it("reports what stands in the trash without a record, on every run", async () => {
    const { root } = makeMixedRoot();
    await run(root);
    mkdirSync(join(root, TRASH_NAME, "stray"));
    expect(await run(root)).toMatchObject({ outcome: "failed", failed: [{ id: "stray", code: "no_sidecar" }] });
  });

  it("says permission of a session its user may not move, and deletes the others", () => {
    const root = makeRoot();
    const ids = [1, 2, 3].map((day) => makeSession(root, "a", day));
    giveToChild(root);
    chmodSync(join(root, String(ids[0])), 0o555);
    const { stdout, stderr } = runChild({ root, journalPath: join(dirname(root), "journal"), asOrdinary: true });
    expect(stderr).toBe("");
    const report = JSON.parse(stdout) as CleanupReport;
    expect(report).toMatchObject({
      outcome: "failed",
      failed: [{ id: ids[0], code: "permission" }],
      deleted: [ids[1]],
    });
    expect(namesIn(root)).toEqual([ids[0], ids[2]]);
  });

  it("says of what its user may not read or delete why that is kept, and deletes the others", () => {
    const root = makeRoot();
    const [marker, closed, inside, good] = [1, 2, 3, 4].map((day) => makeSession(root, "a", day));
    makeSession(root, "a", 20);
    giveToChild(root);
    chmodSync(join(root, `${marker}/metadata.json`), 0);
    chmodSync(join(root, `${closed}`), 0);
    onTestFinished(() => chmodSync(join(root, `${closed}`), 0o755));
    mkdirSync(join(root, `${inside}/sub`));
    writeFileSync(join(root, `${inside}/sub/file`), "precious");
    chmodSync(join(root, `${inside}/sub`), 0o555);
    const { stdout } = runChild({ root, journalPath: join(dirname(root), "journal"), asOrdinary: true });
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ outcome: "failed", deleted: [good], unknown: { marker_unreadable: 2 } },
      failed: [{ id: inside, code: "permission" }],
    });
    const claim = trashOf(root).find((name) => !name.endsWith(".json")) ?? "";
    expect(readdirSync(join(root, TRASH_NAME, claim))).toContain("metadata.json");
    chmodSync(join(root, TRASH_NAME, claim, "sub"), 0o755);
  });

  it("is refused in a root its user may not write", () => {
    const root = makeRoot();
    [1, 2].map((day) => makeSession(root, "a", day));
    giveToChild(root);
    const before = describeTree(root);
    chmodSync(root, 0o555);
    const { stdout } = runChild({ root, journalPath: join(dirname(root), "journal"), asOrdinary: true });
    chmodSync(root, 0o755);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "refused", error: { code: "ERR_TRASH_REFUSED" } });
    expect(describeTree(root)).toEqual(before);
  });
});

// Root may do anything, so a root's permission tests need somebody else.
const NOBODY = 65_534;

function giveToChild(root: string): void {
  chmodSync(dirname(root), 0o777);
  if (process.geteuid?.() !== 0) return;
  execFileSync("chown", ["-R", `${NOBODY}:${NOBODY}`, root]);
  chownSync(root, NOBODY, NOBODY);
}

/** Five sessions of ours, of which a plan that keeps the last two would delete three, among what looks like them. */
function makeMixedRoot(): { root: string; old: string[] } {
  const root = makeRoot();
  const old = [makeSession(root, "team_a_b", 1), makeSession(root, "x", 2), makeSession(root, "call", 3)];
  makeSession(root, "team_a_b", 20);
  makeSession(root, "newest", 21);
  makeSession(root, "held", 4, { files: { ".hold": "" } });
  makeSession(root, "held_too", 5, {
    marker: { ...markerOf("held_too", new Date(Date.UTC(2024, 0, 5, 10, 30))), hold: true },
  });
  makeLookAlikes(root, String(old[0]));
  return { root, old };
}

function makeLookAlikes(root: string, session: string): void {
  makeSession(root, "no_marker", 1, { marker: null });
  makeSession(root, "broken", 1, { marker: '{"session_id": "broken", ' });
  makeSession(root, "copy", 1, { marker: markerOf("original", new Date(Date.UTC(2024, 0, 1, 10, 30))) });
  execFileSync("mkfifo", [join(root, makeSession(root, "pipe", 1, { marker: null }), "metadata.json")]);
  for (const name of [
    "my_project_notes",
    "node_modules",
    "a_20240230_103000",
    "a_20240101_103000.bak",
    "a_20240101_103000\n",
    "b_2024_01",
  ]) {
    makeSession(root, "a", 1, { name });
  }
  mkdirSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from("_20240101_103000")]));
  symlinkSync(session, join(root, "link_20240101_103000"));
  writeFileSync(join(root, "file_20240101_103000"), "plain");
}

function run(
  root: string,
  options: Partial<RunOptions> = {},
  target: Partial<TargetOptions> = {},
): Promise<CleanupReport> {
  const ports = { journal: createMemoryJournal(), lock: createMemoryLock() };
  const defaults = { runId: "run-1", dryRun: false, reason: "test", nowMs: () => NOW_MS };
  return runCleanup(makeTarget(root, target), { ...defaults, ...ports, ...options });
}

function recordLog() {
  const lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const at = (level: string) => (message: string, fields: Readonly<Record<string, unknown>>) =>
    void lines.push({ level, message, fields });
  return { lines, log: { info: at("info"), warn: at("warn"), error: at("error") } };
}
