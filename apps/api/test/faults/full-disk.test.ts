import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createKeys } from "@caretaker/redis-store";
import { expect, it } from "vitest";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { readJournal } from "../../../worker/test/read-journal.ts";
import { canMount, keptCodes, mountSmallDisk } from "../../../worker/test/small-disk.ts";
import { scratchDirectory } from "../../../worker/test/worker-process.ts";
import { askReady, type ReadyAnswer } from "../probing.ts";
import { expectNothingLost, expectPromises } from "./expectations.ts";
import { type System, startSystem } from "./system.ts";

const root = scratchDirectory();
const PATIENT = { timeoutMs: 60_000 };
/** More than two beats of the worker's file and two looks at the history, each every 5 s. */
const FULL_MS = 12_000;
const RECOVERY_MS = 5_000;
const OTHER = { name: "other", every: "1s", timeout: "200ms", failureThreshold: 1, successThreshold: 1 } as const;

it.skipIf(!canMount)(
  "the disk of the database full for 12 s: probes go on, runs fail before anything moves, and the first one with room is done within 5 s",
  { timeout: 180_000 },
  async () => {
    const disk = mountSmallDisk(join(root, "disk"));
    const system = await startSystem(root, { env: { DATA_DIR: disk.path }, checks: [OTHER] });
    const sessions = () =>
      readdirSync(join(system.fleet.directory, "sessions")).filter((name) => !name.startsWith("."));
    const accepted = [await settledRun(system, "done")];
    for (let count = 0; count < 3; count += 1) await system.record();
    const recorded = sessions();

    const beganAtMs = Date.now();
    disk.fill();
    await settledRun(system, "failed");
    expect(await system.fleet.client.lindex(keysOf(system).reports("small"), 0)).toContain('"ERR_DB_FULL"');
    expect(sessions()).toEqual(recorded);
    system.fleet.direct("other", "fail");
    await system.fleet.untilState("other", "down");
    const answers: ReadyAnswer[] = [];
    await waitFor(
      async () => {
        answers.push(await askReady(system.api));
        return Date.now() - beganAtMs > FULL_MS;
      },
      { what: "the fault to have lasted", ...PATIENT },
    );
    // It lives, and says so.
    expect(Date.now() - statSync(join(disk.path, "worker.beat")).mtimeMs).toBeLessThan(10_000);

    expect(keptCodes(disk, "other")).not.toContain("refused");

    disk.makeRoom();
    const endedAtMs = Date.now();
    accepted.push(await settledRun(system, "done"));
    const recoveredMs = Date.now() - endedAtMs;
    expect(sessions()).toHaveLength(1);
    expect(readJournal(disk.path).deletedIds).toHaveLength(recorded.length - 1);
    const samples = await system.prober.since(beganAtMs, Date.now());
    const measured = { samples, answers, noticedMs: null, recoveredMs, waitedMs: 0, accepted };
    expectPromises(system, { faults: [], ...measured });
    await expectNothingLost(system, accepted);
    expect(recoveredMs).toBeLessThan(RECOVERY_MS);
    // What changed while nothing could be kept is kept now.
    await waitFor(() => keptCodes(disk, "other").includes("refused"), { what: "the history" });
    expect(system.worker.stdoutLines.filter((line) => line.includes("history not kept"))).toHaveLength(1);
    await system.stop();
    expect(system.worker.child.exitCode).toBe(0);
  },
);

/** Asks for a run and resolves with its id when it has ended like this. */
async function settledRun(system: System, outcome: "done" | "failed"): Promise<string> {
  const reports = async () => (await system.fleet.client.lrange(keysOf(system).reports("small"), 0, -1)).map(toReport);
  const before = await reports();
  // What is asked for within a second is one run, that has ended or not.
  const ask = async () => {
    const runId = await system.requestCleanup();
    return before.some((report) => report.runId === runId) ? null : runId;
  };
  const runId = await waitFor(ask, { what: "the acceptance of a run" });
  const isTold = async () => (await reports()).find((report) => report.runId === runId);
  const report = await waitFor(isTold, { what: `the report of ${runId}`, ...PATIENT });
  expect(report).toMatchObject({ outcome });
  return runId;
}

function toReport(text: string) {
  return JSON.parse(text) as { readonly runId: string; readonly outcome: string };
}

function keysOf({ fleet }: System) {
  return createKeys(fleet.prefix);
}
