import type { QueueDepth } from "@caretaker/redis-store";
import type { Queue } from "bullmq";

/** How full a queue is now, and since when the oldest of what is due waits. */
export async function countQueue(queue: Pick<Queue, "name" | "getJobCounts" | "getWaiting">): Promise<QueueDepth> {
  const counts = await queue.getJobCounts("wait", "active", "delayed", "failed");
  const { wait = 0, active = 0, delayed = 0, failed = 0 } = counts;
  const [oldest] = wait === 0 ? [] : await queue.getWaiting(0, 0);
  // A scheduled job is added an interval before it is due; `delay` itself is 0 once it waits.
  const oldestWaitingAtMs = oldest === undefined ? null : oldest.timestamp + (oldest.opts.delay ?? 0);
  return { name: queue.name, waiting: wait, active, delayed, failed, oldestWaitingAtMs };
}
