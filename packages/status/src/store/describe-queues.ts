import type { StoredBeat } from "@caretaker/redis-store";
import type { QueueStatus } from "../types.js";

/** Every queue that a worker serves, as the one that counted it last says; by name. */
export function describeQueues(workers: readonly StoredBeat[]): QueueStatus[] {
  const oldestFirst = workers.toSorted((a, b) => a.beatAtMs - b.beatAtMs);
  const counted = oldestFirst.flatMap(({ queues, beatAtMs }) => queues.map((queue) => ({ ...queue, atMs: beatAtMs })));
  const latest = new Map(counted.map((queue) => [queue.name, queue]));
  return [...latest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
