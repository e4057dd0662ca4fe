// Another service asks for a cleanup, driven by a queue: whenever uploads have ended. A hundred at once are one run.
import { createCleanupClient } from "@caretaker/worker/request-cleanup";
import { Worker } from "bullmq";

const { REDIS_URL = "redis://127.0.0.1:6379" } = process.env;

const cleanup = createCleanupClient({ redis: REDIS_URL });

const uploads = new Worker<{ id: string }>(
  "uploaded",
  async ({ data }) => {
    const { runId } = await cleanup.requestCleanup("recordings", { reason: `upload ${data.id} has ended` });
    return runId;
  },
  { connection: { url: REDIS_URL, maxRetriesPerRequest: null }, concurrency: 10 },
);

process.once("SIGTERM", async () => {
  await uploads.close();
  cleanup.close();
});
