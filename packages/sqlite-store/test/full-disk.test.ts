import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCleanup } from "@caretaker/retention";
import { expect, it, onTestFinished } from "vitest";
import {
  describeTree,
  makeRoot,
  makeSession,
  makeTarget,
  NOW_MS,
  namesIn,
} from "../../retention/src/test-support.test.fixture.ts";
import { createCleanupJournal, createTargetLock, openDatabase } from "../src/index.js";

const canMount = process.geteuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;

it.skipIf(!canMount)(
  "a journal on the disk of the recordings, which is full, ends a run before anything moves",
  async () => {
    const top = join(dirname(makeRoot()), "mounted");
    mkdirSync(top);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "none", top]).status).toBe(0);
    onTestFinished(() => void spawnSync("umount", ["-l", top]));
    const root = join(top, "recordings");
    mkdirSync(root);
    const database = openDatabase(join(top, "caretaker.db"), { log: { info: () => {} } });
    onTestFinished(() => database.close());
    const ports = { journal: createCleanupJournal(database), lock: createTargetLock() };
    const run = (runId: string) =>
      runCleanup(makeTarget(root), { runId, dryRun: false, reason: "test", nowMs: () => NOW_MS, ...ports });
    expect(await run("run-1")).toMatchObject({ outcome: "done" });
    const ids = [1, 2, 3].map((day) => makeSession(root, "a", day));
    const filler = join(top, "filler");
    spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=4096"]);
    const before = describeTree(root);
    expect(await run("run-2")).toMatchObject({ outcome: "failed", error: { code: "ERR_DB_FULL" }, deletedCount: 0 });
    expect(describeTree(root)).toEqual(before);
    rmSync(filler);
    expect(await run("run-3")).toMatchObject({ outcome: "done", deletedCount: 2 });
    expect(namesIn(root)).toEqual(ids.slice(2));
  },
);
