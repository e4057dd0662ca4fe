import { execFileSync, spawnSync } from "node:child_process";
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { canUseHandles } from "./directory/can-use-handles.js";
import { canMake } from "./odd-things.test.fixture.js";
import { readDiskSpace } from "./root/disk-space.js";
import { makeSessions, runOn } from "./run/run-support.test.fixture.js";
import type { Safety } from "./safety.js";
import type { Step } from "./step.js";
import {
  describeTree,
  makeRoot,
  makeSession,
  makeTarget,
  markerOf,
  NOW_MS,
  namesIn,
  trashOf,
} from "./test-support.test.fixture.js";
import { createMemoryJournal } from "./testing/memory-journal.js";
import { createMemoryLock } from "./testing/memory-lock.js";
import { restoreSession } from "./trash/restore-session.js";
import type { Sidecar } from "./trash/sidecar.js";
import { BALLAST_NAME, TRASH_NAME } from "./trash/trash-name.js";

const DAY_MS = 86_400_000;
const SAFETIES: readonly Safety[] = canUseHandles() ? ["handles", "path"] : ["path"];

describe.skipIf(!canMake("mount"))("a root on a file system of its own (needs root to mount one)", () => {
  describe.each(SAFETIES)("by %s", { timeout: 30_000 }, (safety) => {
    it("that is full: deletes all the same, with the record where the ballast was, and makes that anew", async () => {
      const { root, journal, filler } = await makeMounted(safety);
      // Together their markers are longer than the ballast.
      const ids = Array.from({ length: 64 }, (_, n) =>
        makeSession(root, "a".repeat(128), n + 1, { marker: longMarker(n + 1) }),
      );
      fill(filler);
      const records: unknown[] = [];
      const onStep = (step: Step) => {
        if (step === "sidecar") records.push(...trashOf(root).map((name) => describeRecord(root, name)));
      };
      const report = await runOn(root, { safety, journal, onStep }, { maxDeleteRatio: 1 });
      expect(report).toMatchObject({ outcome: "done", deletedCount: 63, failedCount: 0 });
      expect(records).toEqual([{ claims: 63, metadata: "" }]);
      expect(namesIn(root)).toEqual(ids.slice(63));
      expect(readdirSync(join(root, TRASH_NAME))).toEqual([BALLAST_NAME]);
    });

    it("that is full: purges what has waited in the trash for long enough", async () => {
      const { root, journal, filler } = await makeMounted(safety);
      makeSessions(root, 3);
      const target = { keepTrashMs: DAY_MS };
      expect(await runOn(root, { safety, journal, runId: "run-1" }, target)).toMatchObject({ trashedCount: 2 });
      fill(filler);
      const due = { safety, journal, runId: "run-2", nowMs: () => NOW_MS + DAY_MS };
      expect(await runOn(root, due, target)).toMatchObject({ outcome: "done", purgedCount: 2, failedCount: 0 });
      expect(readdirSync(join(root, TRASH_NAME))).toEqual([BALLAST_NAME]);
    });

    it("that is full: brings a session back from the trash", async () => {
      const { root, journal, filler } = await makeMounted(safety);
      const ids = makeSessions(root, 3);
      await runOn(root, { safety, journal, runId: "run-1" }, { keepTrashMs: DAY_MS });
      fill(filler);
      const [session = ""] = ids;
      const asked = { session, runId: "restore-1", reason: "test", nowMs: () => NOW_MS, safety };
      const ports = { journal, lock: createMemoryLock() };
      expect(await restoreSession(makeTarget(root), { ...asked, ...ports })).toMatchObject({ status: "restored" });
      expect(namesIn(root).sort()).toEqual([session, ids[2]]);
    });

    it("that is full, its ballast gone: says no_space, touches nothing, and goes on once there is room", async () => {
      const { root, journal, filler } = await makeMounted(safety);
      const ids = makeSessions(root, 3);
      rmSync(join(root, TRASH_NAME, BALLAST_NAME));
      fill(filler);
      const before = describeTree(root);
      const report = await runOn(root, { safety, journal });
      expect(report).toMatchObject({ outcome: "failed", deletedCount: 0, partial: false });
      expect(report.failed).toEqual(ids.slice(0, 2).map((id) => ({ id, code: "no_space" })));
      expect(describeTree(root)).toEqual(before);
      expect(trashOf(root)).toEqual([]);
      rmSync(filler);
      const later = { safety, journal, runId: "run-2", nowMs: () => NOW_MS + DAY_MS };
      expect(await runOn(root, later)).toMatchObject({ outcome: "done", deleted: ids.slice(0, 2) });
    });

    it("that is full, its ballast gone: leaves whole in the trash what is to be purged, until there is room", async () => {
      const { root, journal, filler } = await makeMounted(safety);
      const ids = makeSessions(root, 3);
      const target = { keepTrashMs: DAY_MS };
      expect(await runOn(root, { safety, journal, runId: "run-1" }, target)).toMatchObject({ trashedCount: 2 });
      rmSync(join(root, TRASH_NAME, BALLAST_NAME));
      fill(filler);
      const due = { safety, journal, runId: "run-2", nowMs: () => NOW_MS + DAY_MS };
      const report = await runOn(root, due, target);
      expect(report.failed).toEqual(ids.slice(0, 2).map((id) => ({ id, code: "no_space" })));
      expect(report).toMatchObject({ outcome: "failed", purgedCount: 0 });
      expect(trashOf(root)).toHaveLength(3);
      rmSync(filler);
      const later = { safety, journal, runId: "run-3", nowMs: () => NOW_MS + 2 * DAY_MS };
      expect(await runOn(root, later, target)).toMatchObject({ outcome: "done", purgedCount: 2 });
      expect(trashOf(root)).toEqual([]);
    });

    it("frees as many bytes as it says, a hard link elsewhere not counted", async () => {
      const { root, journal } = await makeMounted(safety);
      const [shared = ""] = makeSessions(root, 4);
      writeFileSync(join(root, shared, "large"), Buffer.alloc(300_000));
      linkSync(join(root, shared, "large"), join(dirname(root), "link"));
      const before = readDiskSpace(root).freeBytes;
      const { bytesFreed, deletedCount, disk } = await runOn(root, { safety, journal });
      expect(deletedCount).toBe(3);
      expect(readDiskSpace(root).freeBytes - before).toBe(bytesFreed);
      expect(disk?.freeBytes).toBe(before + bytesFreed);
    });

    it("that became read-only: says read_only, tries no more than a batch, and loses nothing", async () => {
      const { root, journal } = await makeMounted(safety);
      const ids = makeSessions(root, 100);
      const before = describeTree(root);
      execFileSync("mount", ["-o", "remount,ro", dirname(root)]);
      const report = await runOn(root, { safety, journal }, { maxDeleteRatio: 1 });
      expect(report).toMatchObject({ outcome: "failed", deletedCount: 0, failedCount: 64, partial: true });
      expect(report.error).toMatchObject({ code: "read_only" });
      expect(new Set(report.failed.map(({ code }) => code))).toEqual(new Set(["read_only"]));
      expect(describeTree(root)).toEqual(before);
      execFileSync("mount", ["-o", "remount,rw", dirname(root)]);
      const later = { safety, journal, runId: "run-2", nowMs: () => NOW_MS + DAY_MS };
      expect(await runOn(root, later, { maxDeleteRatio: 1 })).toMatchObject({ outcome: "done", deletedCount: 99 });
      expect(namesIn(root)).toEqual(ids.slice(99));
    });
  });
});

/** A root below the top of a small file system, where a run has been that had nothing to do. */
async function makeMounted(safety: Safety) {
  const top = join(dirname(makeRoot()), "mounted");
  mkdirSync(top);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "none", top]);
  onTestFinished(() => void spawnSync("umount", ["-l", top]));
  const root = join(top, "recordings");
  mkdirSync(root);
  const journal = createMemoryJournal();
  expect(await runOn(root, { safety, journal, runId: "run-0" })).toMatchObject({ outcome: "done" });
  return { root, journal, filler: join(top, "filler") };
}

function longMarker(day: number): object {
  return { ...markerOf("a".repeat(128), new Date(Date.UTC(2024, 0, day, 10, 30, 0))), note: "x".repeat(6_000) };
}

function describeRecord(root: string, name: string) {
  const { claims } = JSON.parse(readFileSync(join(root, TRASH_NAME, name), "utf8")) as Sidecar;
  return { claims: claims.length, metadata: claims.map(({ metadata }) => metadata).join("") };
}

function fill(filler: string): void {
  expect(spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=4096"]).status).not.toBe(0);
}
