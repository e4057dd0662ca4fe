import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  connect,
  createCleanupCancellations,
  createCleanupReporter,
  createKeys,
  createTargetOwner,
} from "@caretaker/redis-store";
import { defineTarget, recorderSessions } from "@caretaker/retention";
import { createMemoryJournal, createMemoryLock } from "@caretaker/retention/testing";
import { afterEach, expect, it } from "vitest";
import { type CleanupJobsOptions, doCleanupJob } from "../src/cleanup/cleanup-jobs.js";
import { createTargetTeller } from "../src/cleanup/target-teller.js";
import { openQueue } from "../src/queue/queue.js";
import { CLEANUP_JOB_OPTIONS, type CleanupJobData } from "../src/queues.js";
import { createWorkBoard } from "../src/work-board.js";

const URL = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const ignore = () => undefined;

/** A job that was taken from its queue just before the store went away. */
async function takenBefore(storeUrl: string, attemptsStarted: number) {
  const root = mkdtempSync(join(tmpdir(), "caretaker-jobs-"));
  ends.push(() => rmSync(root, { recursive: true, force: true }));
  const keys = createKeys(`jobs-${randomUUID().slice(0, 8)}`);
  const [good, store] = [URL, storeUrl].map((url) => connect(url, "producer", ignore)) as [Client, Client];
  ends.push(
    () => good.disconnect(),
    () => store.disconnect(),
  );
  await new Promise<void>((resolve) => good.once("ready", resolve));
  const queue = openQueue<CleanupJobData>("cleanup-small", good, { prefix: keys.queues });
  const data = { dryRun: false, reason: "requested" };
  const job = await queue.add("run", data, { ...CLEANUP_JOB_OPTIONS, jobId: "run-1", deduplication: { id: "run" } });
  job.attemptsStarted = attemptsStarted;
  const journal = createMemoryJournal();
  const shared = {
    target: defineTarget({ name: "small", root, owns: recorderSessions(), keep: { last: 1 } }),
    telemetry: null,
    queue: openQueue<CleanupJobData>("cleanup-small", store, { prefix: keys.queues }),
    reporter: createCleanupReporter(store, keys),
    history: null,
    hostId: "host-a",
    log: { info: ignore, warn: ignore, error: ignore },
  };
  const options: CleanupJobsOptions = {
    ...shared,
    ...{ prefix: keys.queues, redis: storeUrl, store, journal, lock: createMemoryLock() },
    cancellations: createCleanupCancellations(store, keys),
    owner: createTargetOwner(store, keys),
    nowMs: () => Date.now(),
    clockOffsetMs: () => null,
    signal: new AbortController().signal,
    forbiddenRoots: [],
    board: createWorkBoard(() => Date.now()),
    onError: ignore,
    isTaken: () => Promise.resolve(true),
    onConnect: ignore,
    teller: createTargetTeller(shared),
  };
  return { options, job, journal };
}

type Client = ReturnType<typeof connect>;

it.each([
  ["taken", 1],
  ["taken again", 2],
])("a cleanup that was accepted is done though the store is away when its job is %s", async (_when, attempt) => {
  const { options, job, journal } = await takenBefore("redis://127.0.0.1:1", attempt);
  expect(await doCleanupJob(options, job)).toBe("done");
  expect(await journal.finishedReport("run-1")).toMatchObject({ outcome: "done" });
});
