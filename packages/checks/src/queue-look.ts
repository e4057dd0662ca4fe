import type { Queue } from "bullmq";
import type { Redis } from "ioredis";

/** What one look at a queue found. */
export interface QueueSighting {
  /** Jobs that could run now, in order or by priority; also while the queue is paused. */
  readonly waiting: number;
  /** How long the oldest of them has been due; 0 when there is none. By priority, that of the job whose turn is next. */
  readonly oldestWaitingMs: number;
  readonly consumers: number;
  readonly active: number;
  readonly delayed: number;
}

interface WhichQueue {
  readonly queueName: string;
  readonly prefix: string;
}

const WAITING = ["wait", "prioritized"] as const;

/** Counts, the first job of each list, and the workers by the name BullMQ gives their connections. Reads no job's data. */
export async function lookAtQueue(client: Redis, { queueName, prefix }: WhichQueue): Promise<QueueSighting> {
  // Imported here, because bullmq is an optional peer.
  const { Queue } = await import("bullmq");
  const queue = new Queue(queueName, {
    connection: client,
    prefix,
    // A check writes nothing, and a server that does not answer is noticed by the run's own limit.
    skipMetasUpdate: true,
    skipVersionCheck: true,
    skipWaitingForReady: true,
  });
  // The connection's own listener keeps its errors; without one here the queue would throw them.
  queue.on("error", () => undefined);
  try {
    const { active = 0, delayed = 0, ...counts } = await queue.getJobCounts(...WAITING, "active", "delayed");
    const waiting = WAITING.reduce((sum, type) => sum + (counts[type] ?? 0), 0);
    return {
      waiting,
      active,
      delayed,
      oldestWaitingMs: waiting === 0 ? 0 : await oldestWaitingMs(queue, client),
      consumers: await queue.getWorkersCount(),
    };
  } finally {
    // The connection is the caller's and stays.
    await queue.close();
  }
}

async function oldestWaitingMs(queue: Queue, client: Redis): Promise<number> {
  const firsts = await queue.getRanges([...WAITING], 0, 0, true);
  const dues = await Promise.all(
    firsts.map(async (id) => {
      const [timestamp, opts] = await client.hmget(queue.toKey(id), "timestamp", "opts");
      // Gone since it was listed: somebody took it, so it does not wait.
      return timestamp === null || timestamp === undefined ? Number.NaN : Number(timestamp) + delayIn(opts);
    }),
  );
  const nowMs = Date.now();
  return Math.max(0, ...dues.filter(Number.isFinite).map((dueMs) => nowMs - dueMs));
}

/** How long a job was to be held back when it was added; the job's own `delay` is 0 again once it may run. */
function delayIn(opts: string | null | undefined): number {
  try {
    const { delay } = JSON.parse(opts ?? "{}") as { delay?: unknown };
    return typeof delay === "number" ? delay : 0;
  } catch {
    // Not written by BullMQ: then nothing is known of a delay.
    return 0;
  }
}
