import { Queue, type QueueOptions } from "bullmq";
import type { Redis } from "ioredis";
import { EVENTS_MAX_LENGTH } from "../queues.js";

/** Where a queue is, and who traces what is put into it. */
export type QueuePlace = Pick<QueueOptions, "prefix" | "telemetry">;

/**
 * A queue on a connection of the caller's, which stays open when the queue closes. Built so that a call while Redis is
 * away is refused within its command timeout instead of hanging: BullMQ otherwise waits for readiness without a bound,
 * and a queue whose version check failed once is dead for ever.
 */
export function openQueue<Data>(name: string, connection: Redis, options: QueuePlace): Queue<Data> {
  const queue = new Queue<Data>(name, {
    ...options,
    connection,
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
    streams: { events: { maxLen: EVENTS_MAX_LENGTH } },
  });
  // The connection's own listener reports its errors; without one here the queue would throw them.
  queue.on("error", () => undefined);
  return queue;
}
