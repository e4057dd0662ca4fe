import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "@caretaker/sqlite-store";
import { afterAll, describe, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import {
  createStopTable,
  GOES_WRONG_WHEN_TOLD,
  toldOfStop,
  WAYS_TO_STOP,
} from "../../../scripts/testing/ways-to-stop.ts";
import { processesWith } from "./processes.ts";
import { readJournal } from "./read-journal.ts";
import { recordSessions } from "./record-sessions.ts";
import { openRetentionFleet, type RetentionFleet } from "./retention-fleet.ts";
import { parseLine, scratchDirectory, stopWorker } from "./worker-process.ts";

const directory = scratchDirectory();
const PATIENT = { timeoutMs: 60_000 };
/** The grace of running work, 3 s, the bounds of the queues' ends, and two cores that others share. */
const BOUND_MS = 9_000;
const SESSIONS = 140;
// More than are moved at a time: by then some are deleted, some are moved already, and some have not been looked at.
const BEGUN = 70;

const table = createStopTable();
afterAll(() => {
  console.info(table.format());
});

describe("the worker, in the middle of a cleanup, stops between two sessions and leaves each whole or gone", () => {
  it.concurrent.each(WAYS_TO_STOP)("on $name", { timeout: 180_000 }, async ({ name, reason, code, ask }) => {
    const fleet = open();
    const ids = await recordSessions(fleet.rootOf("slow"), "slow", SESSIONS);
    const worker = fleet.start("host-a", { NODE_OPTIONS: GOES_WRONG_WHEN_TOLD });
    await waitFor(async () => (await fleet.reports("slow")).length === 1, { what: "the first report", ...PATIENT });
    const { runId } = await fleet.cleanup.requestCleanup("slow");
    await waitFor(() => fleet.sessionsIn("slow").length <= SESSIONS - BEGUN, { what: "deletions", ...PATIENT });
    const askedMs = performance.now();
    ask(worker);
    expect(await worker.exit).toEqual({ code, signal: null });
    const tookMs = performance.now() - askedMs;
    table.note("cleaning up", name, tookMs);
    expect(tookMs).toBeLessThan(BOUND_MS);
    const told = toldOfStop(worker);
    expect(told.reason).toBe(reason);
    expect(told.steps.map(({ ok }) => ok)).not.toContain(false);

    const end = worker.stdoutLines
      .map(parseLine)
      .find((line) => line?.["runId"] === runId && "deletedIds" in (line ?? {}));
    const left = fleet.sessionsIn("slow");
    expect(left.length).toBeGreaterThan(1);
    expect(left.length).toBeLessThan(SESSIONS);
    expect(end).toMatchObject({ msg: "cleanup partial", partial: true, failed: 0, deleted: SESSIONS - left.length });
    // The oldest are gone, none in between is left out, and what is left is as it was recorded.
    expect(new Set(left)).toEqual(new Set(ids.slice(ids.length - left.length)));
    for (const id of left)
      expect(readdirSync(join(fleet.rootOf("slow"), id))).toEqual(["metadata.json", "segment_0.wav"]);
    expectSettled(fleet, ids.slice(0, ids.length - left.length));
    expect(processesWith(fleet.keys.queues)).toEqual([]);

    const next = fleet.start();
    const { runId: nextId } = await fleet.cleanup.requestCleanup("slow");
    const isReported = async () => (await fleet.reports("slow")).some((report) => report["runId"] === nextId);
    await waitFor(isReported, { what: "the rest", ...PATIENT });
    expect(fleet.sessionsIn("slow")).toEqual(ids.slice(-1));
    await stopWorker(next);
    expectSettled(fleet, ids.slice(0, -1));
    fleet.close();
  });
});

function open(): RetentionFleet {
  const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
  return openRetentionFleet(directory, redisUrl, [
    { name: "slow", keep: { last: 1 }, maxDeleteRatio: 1, firstRun: "report" },
  ]);
}

/** Nothing is in the trash, no intent is open, and the journal says of each of these, once, that it was deleted. */
function expectSettled(fleet: RetentionFleet, deletedIds: readonly string[]): void {
  const trash = readdirSync(join(fleet.rootOf("slow"), ".caretaker-trash"));
  expect(trash.filter((name) => !/^(lock\.db|ballast$)/.test(name))).toEqual([]);
  const dataDir = join(fleet.rootOf("slow"), "..", "data-host-a");
  expect(readJournal(dataDir).deletedIds).toEqual(deletedIds);
  const database = openDatabase(join(dataDir, "caretaker.db"), { log: { info: () => undefined } });
  try {
    expect(database.connection.prepare("SELECT session FROM cleanup_open_intents").all()).toEqual([]);
  } finally {
    database.close();
  }
}
