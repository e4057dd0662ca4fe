import type { CheckDefinition, CheckKey } from "@caretaker/health";
import type { RedisTarget } from "@caretaker/redis-store";
import type { Job, Queue, Telemetry } from "bullmq";
import type { WorkerLog } from "./log.js";
import { type QueueWorker, startQueueWorker } from "./queue-worker.js";
import type { CheckJobData } from "./queues.js";
import { type CheckJobDeps, runCheckJob } from "./run-check-job.js";
import { scheduleRecheck } from "./schedule-recheck.js";
import { createSchedules, type Schedules } from "./schedules.js";
import type { WorkBoard } from "./work-board.js";

/** What the consumer of one queue of checks needs. */
export interface CheckQueueOptions extends Omit<CheckJobDeps, "recheck"> {
  readonly queue: Queue<CheckJobData>;
  readonly prefix: string;
  readonly redis: RedisTarget;
  readonly checks: readonly CheckDefinition[];
  /** The machine the results are true for; `null` for the fleet's queue. */
  readonly host: string | null;
  readonly log: WorkerLog;
  readonly telemetry: Telemetry | null;
  readonly onError: (error: Error) => void;
  readonly board: WorkBoard;
  readonly isTaken: () => Promise<boolean>;
  /** Hears that a connection was made, anew or at first: replies may have been lost. */
  readonly onConnect: () => void;
  /** Hears of each tick that was taken to its end. */
  readonly onRun: () => void;
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
    process: (job) => processTick(job, byName, options),
    telemetry: options.telemetry,
    onError: options.onError,
    isTaken: options.isTaken,
    onConnect: options.onConnect,
  });
  return { schedules: createSchedules(queue, checks), worker, keys: checks.map(({ name }) => ({ check: name, host })) };
}

// A hung check's further ticks end at once, but they need a place to do so.
const SPARE = 8;

async function processTick(
  job: Job<CheckJobData>,
  checks: ReadonlyMap<string, CheckDefinition>,
  options: CheckQueueOptions,
): Promise<string> {
  const check = checks.get(job.data.check);
  if (check === undefined) {
    options.log.warn("tick of a check this worker does not know", { check: job.data.check, jobId: job.id });
    return "unknown";
  }
  // The tick of a worker that died: its successor is already scheduled, and an old tick late is worse than none.
  if (job.attemptsStarted > 1) return "outdated";
  const recheck: CheckJobDeps["recheck"] = (one, beganAtMs) => scheduleRecheck(options.queue, one, beganAtMs);
  const key = { check: check.name, host: options.host };
  const result = await options.board.during({ kind: "check", name: check.name }, () =>
    runCheckJob(check, key, { ...options, recheck }),
  );
  options.onRun();
  return result;
}
