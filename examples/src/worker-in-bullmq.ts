// Caretaker's worker inside a process that has BullMQ workers of its own: it watches their queue, and keeps the newest
// recordings. They share a Redis and nothing else.
import { queue } from "@caretaker/checks/queue";
import { redis } from "@caretaker/checks/redis";
import { defineTarget, recorderSessions } from "@caretaker/retention";
import { createCleanupJournal, createStatusHistory, createTargetLock, openDatabase } from "@caretaker/sqlite-store";
import { startWorker } from "@caretaker/worker";
import { Worker } from "bullmq";

const { REDIS_URL = "redis://127.0.0.1:6379", DB_PATH = "caretaker.db" } = process.env;
const { RECORDINGS_DIR = "/srv/recordings", KEEP_LAST = "100" } = process.env;

// What was there before.
const transcoder = new Worker<{ file: string }>("transcode", async ({ data }) => `transcoded ${data.file}`, {
  connection: { url: REDIS_URL, maxRetriesPerRequest: null },
});

const database = openDatabase(DB_PATH, { log: console });
const caretaker = await startWorker({
  redis: REDIS_URL,
  log: console,
  checks: [
    redis({ url: REDIS_URL, critical: true }),
    queue("transcode", { name: "transcode", url: REDIS_URL, every: "5s", warnWaitingAbove: 50 }),
  ],
  retention: [
    defineTarget({
      name: "recordings",
      root: RECORDINGS_DIR,
      owns: recorderSessions(),
      keep: { last: Number(KEEP_LAST) },
    }),
  ],
  journal: createCleanupJournal(database),
  lock: createTargetLock(),
  statusHistory: createStatusHistory(database),
});

process.once("SIGTERM", async () => {
  // Both at once: neither waits for the other's jobs.
  await Promise.all([transcoder.close(), caretaker.close()]);
  database.close();
});
