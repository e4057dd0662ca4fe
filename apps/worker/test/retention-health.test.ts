import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { TRASH_NAME } from "@caretaker/retention";
import { createTargetLock } from "@caretaker/sqlite-store";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../scripts/testing/fake-clock.ts";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { recordSessions } from "./record-sessions.ts";
import { PATIENT, retentionFleets, TEST_MS } from "./retention-fleet.ts";
import { parseLine, stopWorker } from "./worker-process.ts";

const open = retentionFleets();

async function kill(worker: SpawnedApp): Promise<void> {
  worker.child.kill("SIGKILL");
  await worker.exit;
}

describe("a target's own check", () => {
  it(
    "warns of a refused run, over a restart of the worker too, until that plan is confirmed",
    async () => {
      const fleet = open({ name: "calls", keep: { last: 1 } });
      await recordSessions(fleet.rootOf("calls"), "call", 13);
      const first = fleet.start();
      await fleet.untilHealth("calls", "degraded", "refused");
      await kill(first);
      await fleet.client.hdel(fleet.keys.states, "retention-calls");
      const second = fleet.start();
      await fleet.untilHealth("calls", "degraded", "refused");
      const planId = (await fleet.target("calls"))?.lastRun?.planId ?? "";
      await fleet.cleanup.confirmPlan("calls", planId, { reason: "read it" });
      await fleet.untilHealth("calls", "up", "ok");
      expect(fleet.sessionsIn("calls")).toHaveLength(1);
      await stopWorker(second);
    },
    TEST_MS,
  );

  it(
    "warns of an overdue run where the machine with the disk is gone, and clears when it is back",
    async () => {
      const fleet = open({ name: "there", keep: { last: 1 }, every: "1s", onHost: "host-a" });
      const [withDisk, other] = [fleet.start("host-a"), fleet.start("host-b")];
      await fleet.untilHealth("there", "up", "ok");
      await kill(withDisk);
      await fleet.untilHealth("there", "degraded", "stale");
      const back = fleet.start("host-a");
      await fleet.untilHealth("there", "up", "ok");
      expect(other.stdoutLines.map(parseLine).filter((line) => line?.["msg"] === "cleanup started")).toEqual([]);
      for (const worker of [back, other]) await stopWorker(worker);
    },
    TEST_MS,
  );
});

describe("what else turns a target's check", () => {
  it(
    "a run that fails, until one does not; and runs that find another process at work in the root, until it lets go",
    async () => {
      const fleet = open({ name: "calls", keep: { last: 1 }, every: "1s" });
      const stray = join(fleet.rootOf("calls"), TRASH_NAME, "stray");
      mkdirSync(join(fleet.rootOf("calls"), TRASH_NAME), { mode: 0o700 });
      mkdirSync(stray);
      const worker = fleet.start();
      await fleet.untilHealth("calls", "degraded", "internal");
      rmdirSync(stray);
      await fleet.untilHealth("calls", "up", "ok");
      const target = { name: "calls", root: fleet.rootOf("calls") };
      const release = await waitFor(() => createTargetLock().acquire(target), { what: "the lock between two runs" });
      await fleet.untilHealth("calls", "degraded", "locked");
      await release?.();
      await fleet.untilHealth("calls", "up", "ok");
      await stopWorker(worker);
    },
    TEST_MS,
  );

  it(
    "not a dry run; and one that waits in front of a real run does not swallow it",
    async () => {
      const fleet = open({ name: "asked", keep: { last: 1 }, every: "1h" });
      await recordSessions(fleet.rootOf("asked"), "call", 3);
      const dry = await fleet.cleanup.requestCleanup("asked", { dryRun: true });
      const real = await fleet.cleanup.requestCleanup("asked");
      expect(real.runId).not.toBe(dry.runId);
      const worker = fleet.start();
      const reported = async () => (await fleet.reports("asked")).map(({ runId }) => runId);
      await waitFor(async () => (await reported()).includes(real.runId), { what: "the real run's report", ...PATIENT });
      const reports = await fleet.reports("asked");
      expect(reports.find(({ runId }) => runId === dry.runId)).toMatchObject({ dryRun: true, deletedCount: 0 });
      expect(reports.find(({ runId }) => runId === real.runId)).toMatchObject({ dryRun: false });
      expect(fleet.sessionsIn("asked")).toHaveLength(1);
      await stopWorker(worker);
    },
    TEST_MS,
  );
});

describe("a worker that is stopped in the middle of a run", () => {
  it(
    "ends it after the session it is at, and reports that the worker stopped it",
    async () => {
      const fleet = open({ name: "slow", keep: { last: 1 }, maxDeleteRatio: 1 });
      await recordSessions(fleet.rootOf("slow"), "slow", 200);
      const worker = fleet.start("host-a", { SHUTDOWN_TIMEOUT: "1s" });
      await waitFor(() => fleet.sessionsIn("slow").length < 195, { what: "the first deletions", ...PATIENT });
      await stopWorker(worker);
      const [report] = await fleet.reports("slow");
      expect(report).toMatchObject({ outcome: "partial", partial: true, stoppedBy: "worker_stopping" });
      expect(fleet.sessionsIn("slow").length).toBeGreaterThan(1);
    },
    TEST_MS,
  );
});

describe("a worker whose clock is two hours ahead of the store's", () => {
  it(
    "deletes nothing, and the target's check says that its run was refused",
    async (context) => {
      const clock = fakeClock("+2h");
      if (clock === null) return context.skip("faketime is not installed");
      const fleet = open({ name: "ahead", keep: { last: 1 }, every: "1s" });
      await recordSessions(fleet.rootOf("ahead"), "call", 3);
      const worker = fleet.start("host-a", clock);
      await fleet.untilHealth("ahead", "degraded", "refused");
      const guards = (await fleet.target("ahead"))?.lastRun?.guards;
      expect(guards).toMatchObject([{ guard: "clock_jumped", why: expect.stringContaining("ahead of the store's") }]);
      expect(fleet.sessionsIn("ahead")).toHaveLength(3);
      await stopWorker(worker);
    },
    TEST_MS,
  );
});

describe("two machines that have a target of one name", () => {
  it(
    "one runs it, the other says so and takes over when the first has gone",
    async () => {
      const fleet = open({ name: "both", keep: { last: 1 }, every: "1s" });
      const first = fleet.start("host-a");
      await first.waitForLog((line) => line.includes('"msg":"cleanup done"'), PATIENT);
      const second = fleet.start("host-b");
      const warned = await second.waitForLog((line) => line.includes("another machine runs this target"), PATIENT);
      expect(parseLine(warned)).toMatchObject({ level: "warn", target: "both", host: "host-a" });
      const runsOf = (worker: SpawnedApp) => worker.stdoutLines.filter((line) => line.includes('"msg":"cleanup done"'));
      const before = runsOf(first).length;
      await waitFor(() => runsOf(first).length > before + 2, { what: "more runs of the first", ...PATIENT });
      expect(runsOf(second)).toEqual([]);
      await stopWorker(first);
      await second.waitForLog((line) => line.includes('"msg":"cleanup done"'), PATIENT);
      expect((await fleet.target("both"))?.host).toBe("host-b");
      await stopWorker(second);
    },
    TEST_MS,
  );
});
