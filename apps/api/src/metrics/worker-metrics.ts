import type { Status } from "@caretaker/status";
import { type MetricFamily, sample, toSeconds } from "./metric-family.js";

const COUNTS = ["waiting", "active", "delayed", "failed"] as const;

/** The workers and their queues, as they told last. */
export function workerMetrics({ workers, queues }: Pick<Status, "workers" | "queues">): MetricFamily[] {
  return [
    {
      name: "caretaker_worker_last_beat_timestamp_seconds",
      help: "When a worker last gave a sign of life, in the store's time.",
      type: "gauge",
      labels: ["worker", "host", "version"],
      samples: workers.flatMap(({ id, host, version, beatAtMs }) =>
        sample({ worker: id, host, version }, toSeconds(beatAtMs)),
      ),
    },
    {
      name: "caretaker_queue_jobs",
      help: "Jobs of a queue, as a worker that serves it counted them last.",
      type: "gauge",
      labels: ["queue", "state"],
      samples: queues.flatMap((queue) => COUNTS.flatMap((state) => sample({ queue: queue.name, state }, queue[state]))),
    },
    {
      name: "caretaker_queue_oldest_waiting_timestamp_seconds",
      help: "Since when the oldest waiting job of a queue waits; no series where none does.",
      type: "gauge",
      labels: ["queue"],
      samples: queues.flatMap((queue) => sample({ queue: queue.name }, toSeconds(queue.oldestWaitingAtMs))),
    },
  ];
}
