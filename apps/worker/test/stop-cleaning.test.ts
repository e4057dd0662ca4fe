import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "@caretaker/sqlite-store";
import { afterAll, describe, expect, it } from "vitest";
import { type Line, startTcpProxy } from "../../../scripts/testing/tcp-proxy.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { createStopTable, GOES_WRONG_WHEN_TOLD, WAYS_TO_STOP } from "../../../scripts/testing/ways-to-stop.ts";
import { readJournal } from "./read-journal.ts";
import { recordSessions } from "./record-sessions.ts";
import { openRetentionFleet, type RetentionFleet } from "./retention-fleet.ts";
import { parseLine, scratchDirectory, stopWorker } from "./worker-process.ts";
import { expectStopped, stopsInTime } from "./worker-stops.ts";

const directory = scratchDirectory();
const PATIENT = { timeoutMs: 60_000 };
const SESSIONS = 140;
// More than are moved at a time: by then some are deleted, some are moved already, and some have not been looked at.
const BEGUN = 70;

const table = createStopTable();
afterAll(() => {
  console.info(table.format());
});

const PASS: Line = { kind: "pass" };
const CASES = [
  ...WAYS_TO_STOP.map((way) => ({ ...way, now: "cleaning up", line: PASS })),
  // One way each: that the others are the same is what the test without a cleanup shows.
  ...WAYS_TO_STOP.slice(0, 1).flatMap((way) => [
    { ...way, now: "cleaning up, Redis gone", line: { kind: "refuse" } as Line },
    { ...way, now: "cleaning up, Redis silent", line: { kind: "blackhole" } as Line },
  ]),
];

describe("the worker, in the middle of a cleanup, stops between two sessions and leaves each whole or gone", () => {
  it.concurrent.each(CASES)("$now, on $name", { timeout: 180_000 }, async ({ now, line, ...way }) => {
    const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
    const proxy = await startTcpProxy(Number(new URL(redisUrl).port));
    const fleet = open(redisUrl);
    const ids = await recordSessions(fleet.rootOf("slow"), "slow", SESSIONS);
    const worker = fleet.start("host-a", {
      REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
      NODE_OPTIONS: GOES_WRONG_WHEN_TOLD,
    });
    await waitFor(async () => (await fleet.reports("slow")).length === 1, { what: "the first report", ...PATIENT });
    const { runId } = await fleet.cleanup.requestCleanup("slow");
    await waitFor(() => fleet.sessionsIn("slow").length <= SESSIONS - BEGUN, { what: "deletions", ...PATIENT });
    proxy.set(line);
    table.note(now, way.name, await stopsInTime(worker, way));
    expectStopped(worker, way.reason, { dataDir: fleet.dataDirOf("host-a"), mark: fleet.keys.queues });

    const left = fleet.sessionsIn("slow");
    expect(left.length).toBeGreaterThan(1);
    expect(left.length).toBeLessThan(SESSIONS);
    const told = { runId, partial: true, failed: 0, deleted: SESSIONS - left.length };
    const ends = worker.stdoutLines.map(parseLine).filter((entry) => entry !== null && "deletedIds" in entry);
    expect(ends.at(-1)).toMatchObject({ msg: "cleanup partial", ...told });
    // The oldest are gone, none in between is left out, and what is left is as it was recorded.
    expect(new Set(left)).toEqual(new Set(ids.slice(ids.length - left.length)));
    for (const id of left)
      expect(readdirSync(join(fleet.rootOf("slow"), id))).toEqual(["metadata.json", "segment_0.wav"]);
    expectSettled(fleet, ids.slice(0, ids.length - left.length));

    const reportOf = async (id: string) => (await fleet.reports("slow")).find((report) => report["runId"] === id);
    if (line === PASS) expect(await reportOf(runId)).toMatchObject({ outcome: "partial" });
    const next = fleet.start();
    const { runId: nextId } = await fleet.cleanup.requestCleanup("slow");
    await waitFor(() => reportOf(nextId), { what: "the rest", ...PATIENT });
    expect(fleet.sessionsIn("slow")).toEqual(ids.slice(-1));
    // By the worker that ended it, or by the next one out of the journal.
    await waitFor(() => reportOf(runId), { what: "the report of the run that was stopped", ...PATIENT });
    await stopWorker(next);
    expectSettled(fleet, ids.slice(0, -1));
    fleet.close();
    await proxy.stop();
  });
});

function open(redisUrl: string): RetentionFleet {
  return openRetentionFleet(directory, redisUrl, [
    { name: "slow", keep: { last: 1 }, maxDeleteRatio: 1, firstRun: "report" },
  ]);
}

/** Nothing is in the trash, no intent is open, and the journal says of each of these, once, that it was deleted. */
function expectSettled(fleet: RetentionFleet, deletedIds: readonly string[]): void {
  const trash = readdirSync(join(fleet.rootOf("slow"), ".caretaker-trash"));
  expect(trash.filter((name) => !/^(lock\.db|ballast$)/.test(name))).toEqual([]);
  const dataDir = fleet.dataDirOf("host-a");
  expect(readJournal(dataDir).deletedIds).toEqual(deletedIds);
  const database = openDatabase(join(dataDir, "caretaker.db"), { log: { info: () => undefined } });
  try {
    expect(database.connection.prepare("SELECT session FROM cleanup_open_intents").all()).toEqual([]);
  } finally {
    database.close();
  }
}
