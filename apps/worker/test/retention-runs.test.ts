import { describe, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { recordSession, recordSessions } from "./record-sessions.ts";
import { PATIENT, retentionFleets, TEST_MS } from "./retention-fleet.ts";
import { parseLine, stopWorker } from "./worker-process.ts";

const open = retentionFleets();

describe("what a run tells", () => {
  it(
    "one line at the start, one at the end with up to 20 ids of a kind, and the sums exactly once",
    async () => {
      const fleet = open({ name: "calls", keep: { last: 25 }, maxDeleteRatio: 1 });
      const names = await recordSessions(fleet.rootOf("calls"), "call", 50);
      const worker = fleet.start();
      await worker.waitForLog((line) => line.includes('"msg":"cleanup done"'), PATIENT);
      const lines = worker.stdoutLines.map(parseLine).filter((line) => String(line?.["msg"]).startsWith("cleanup "));
      expect(lines).toHaveLength(2);
      const runId = lines[0]?.["runId"];
      const about = { level: "info", target: "calls", runId, dryRun: false };
      expect(lines[0]).toMatchObject({ ...about, msg: "cleanup started", reason: "schedule" });
      expect(lines[1]).toMatchObject({
        ...about,
        ...{ candidates: 25, owned: 50, kept: 25, deleted: 25, failed: 0, unknown: {} },
        bytesFreed: expect.any(Number),
        seconds: expect.any(Number),
        keptIds: names.slice(-20),
        deletedIds: names.slice(0, 20),
      });
      const sums = await waitFor(
        async () => ((await fleet.target("calls"))?.lastRun === null ? null : fleet.target("calls")),
        {
          what: "the sums",
        },
      );
      expect(sums?.totals).toMatchObject({
        sessions: [{ outcome: "deleted", reason: "ok", count: 25 }],
        runs: { done: 1 },
        freedBytes: lines[1]?.["bytesFreed"],
      });
      expect(sums).toMatchObject({ host: "host-a", lastSuccessAtMs: sums?.lastRun?.finishedAtMs, running: null });
      await stopWorker(worker);
    },
    TEST_MS,
  );

  it(
    "and tells it again from the journal when the store has lost everything",
    async () => {
      const fleet = open({ name: "calls", keep: { last: 1 } });
      await recordSession(fleet.rootOf("calls"), "old", 50);
      await recordSession(fleet.rootOf("calls"), "new", 40);
      const worker = fleet.start();
      await waitFor(async () => (await fleet.reports("calls")).length > 0, { what: "the report", ...PATIENT });
      const [report] = await fleet.reports("calls");
      await stopWorker(worker);
      const all = await fleet.client.keys(`${fleet.keys.queues.split(":")[0]}:*`);
      await fleet.client.del(all);
      const next = fleet.start();
      await waitFor(async () => (await fleet.reports("calls")).some(({ runId }) => runId === report?.["runId"]), {
        what: "the report once more",
        ...PATIENT,
      });
      expect((await fleet.target("calls"))?.totals.sessions).toEqual([{ outcome: "deleted", reason: "ok", count: 1 }]);
      await stopWorker(next);
    },
    TEST_MS,
  );
});

describe("a worker that is killed in the middle of a run", () => {
  it(
    "has another begin it again: it ends once, what was begun is finished, and nothing goes on being shown",
    async () => {
      const fleet = open({ name: "slow", keep: { last: 1 }, maxDeleteRatio: 1, firstRun: "report" });
      await recordSessions(fleet.rootOf("slow"), "slow", 120);
      const first = fleet.start();
      await waitFor(async () => (await fleet.reports("slow")).length === 1, { what: "the first report", ...PATIENT });
      const { runId } = await fleet.cleanup.requestCleanup("slow");
      await waitFor(() => fleet.sessionsIn("slow").length < 110, { what: "the first deletions", ...PATIENT });
      first.child.kill("SIGKILL");
      await first.exit;
      expect((await fleet.cleanup.findRun("slow", runId))?.state).toBe("active");
      const second = fleet.start();
      await waitFor(async () => (await fleet.reports("slow")).some((report) => report["runId"] === runId), {
        what: "the run's report",
        ...PATIENT,
      });
      expect(fleet.sessionsIn("slow")).toHaveLength(1);
      expect((await fleet.reports("slow")).filter((report) => report["runId"] === runId)).toHaveLength(1);
      expect(await fleet.target("slow")).toMatchObject({ running: null, lastRun: { runId, outcome: "done" } });
      await stopWorker(second);
    },
    TEST_MS,
  );
});
