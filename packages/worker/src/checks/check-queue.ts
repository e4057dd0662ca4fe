import type { CheckDefinition, CheckKey } from "@caretaker/health";
import type { RedisTarget } from "@caretaker/redis-store";
import type { Telemetry } from "bullmq";
import { type QueueWorker, startQueueWorker } from "../queue/queue-worker.js";
import type { CheckJobData } from "../queues.js";
import { runTick, type TickOptions } from "./run-tick.js";
import { createSchedules, type Schedules } from "./schedules.js";

/** What the consumer of one queue of checks needs. */
export interface CheckQueueOptions extends TickOptions {
  readonly prefix: string;
  readonly redis: RedisTarget;
  readonly checks: readonly CheckDefinition[];
  readonly telemetry: Telemetry | null;
  readonly onError: (error: Error) => void;
  readonly isTaken: () => Promise<boolean>;
  /** Hears that a connection was made; anew, replies may have been lost. */
  readonly onConnect: (connection: { readonly isAnew: boolean }) => void;
  /** How old the last results of these checks are, in ms and in the same order; `Infinity` where there is none. */
  readonly readAges: (keys: readonly CheckKey[]) => Promise<readonly number[]>;
}

/** One queue of checks: its schedules and its consumer. */
export interface CheckQueue {
  readonly schedules: Schedules;
  readonly worker: QueueWorker;
  readonly keys: readonly CheckKey[];
}

/** Starts consuming. Every check may be under way at once, so a hung one delays no other. */
export function startCheckQueue(options: CheckQueueOptions): CheckQueue {
  const { queue, checks, host } = options;
  const byName = new Map(checks.map((check) => [check.name, check]));
  const worker = startQueueWorker<CheckJobData>({
    queue: queue.name,
    prefix: options.prefix,
    redis: options.redis,
    concurrency: checks.length + SPARE,
    process: (job) => runTick(job, byName, options),
    telemetry: options.telemetry,
    onError: options.onError,
    isTaken: options.isTaken,
    onConnect: options.onConnect,
  });
  const keysOf = (names: readonly string[]) => names.map((check) => ({ check, host }));
  return {
    schedules: createSchedules(queue, checks, (names) => options.readAges(keysOf(names))),
    worker,
    keys: keysOf([...byName.keys()]),
  };
}

// A hung check's further ticks end at once, but they need a place to do so.
const SPARE = 8;
