import { afterAll, describe, expect, it } from "vitest";
import { fakeClock } from "../../../scripts/testing/fake-clock.ts";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { recordSessions } from "./record-sessions.ts";
import { type DeclaredTarget, openRetentionFleet, type RetentionFleet } from "./retention-fleet.ts";
import { parseLine, scratchDirectory, stopWorker } from "./worker-process.ts";

const directory = scratchDirectory();
const redis = () => process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const fleets: RetentionFleet[] = [];
// Worker processes start, stop and find each other dead here: how long that takes is the machine's matter.
const PATIENT = { timeoutMs: 40_000 };
const TEST_MS = 120_000;
afterAll(() => {
  for (const fleet of fleets) fleet.close();
});

function open(...targets: readonly DeclaredTarget[]): RetentionFleet {
  const fleet = openRetentionFleet(directory, redis(), targets);
  fleets.push(fleet);
  return fleet;
}

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
