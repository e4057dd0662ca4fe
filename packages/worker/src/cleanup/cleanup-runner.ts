import type { CleanupCancellations, CleanupReporter, RedisTarget, TargetOwner } from "@caretaker/redis-store";
import type { CleanupJournal, RetentionTarget, TargetLock } from "@caretaker/retention";
import type { Queue, Telemetry } from "bullmq";
import type { Redis } from "ioredis";
import type { WorkerLog } from "../log.js";
import { type QueueWorker, startQueueWorker } from "../queue/queue-worker.js";
import { type CleanupJobData, cleanupQueue } from "../queues.js";
import type { WorkBoard } from "../work-board.js";
import { doCleanupJob } from "./cleanup-jobs.js";
import { isScheduleBroken, scheduleCleanups } from "./cleanup-schedule.js";
import { holdTarget } from "./hold-target.js";
import { type CleanupHistory, createTargetTeller } from "./target-teller.js";

/** What one target's runner needs. */
export interface CleanupRunnerOptions {
  readonly target: RetentionTarget;
  readonly queue: Queue<CleanupJobData>;
  readonly prefix: string;
  readonly redis: RedisTarget;
  /** The connection the queue's commands go through. */
  readonly store: Redis;
  readonly hostId: string;
  readonly journal: CleanupJournal;
  readonly lock: TargetLock;
  readonly history: CleanupHistory | null;
  readonly reporter: CleanupReporter;
  readonly cancellations: CleanupCancellations;
  readonly owner: TargetOwner;
  readonly log: WorkerLog;
  readonly nowMs: () => number;
  /** How far this machine's clock is ahead of the store's, in ms; `null` while nobody knows. */
  readonly clockOffsetMs: () => number | null;
  /** Aborts when the worker stops: a run ends after the session it is at. */
  readonly signal: AbortSignal;
  readonly forbiddenRoots: readonly string[];
  readonly board: WorkBoard;
  readonly telemetry: Telemetry | null;
  readonly onError: (error: Error) => void;
  readonly isTaken: () => Promise<boolean>;
  /** Hears that a connection was made; anew, replies may have been lost. */
  readonly onConnect: (connection: { readonly isAnew: boolean }) => void;
}

/** Takes one target's runs from its queue, one at a time. */
export interface CleanupRunner {
  readonly worker: QueueWorker;
  /** Says at each beat that this machine runs the target; whether it is right. */
  claim(): Promise<boolean>;
  /** Lets another machine have the target. */
  release(): Promise<void>;
  /** Makes the schedule exist and the target known; again whenever the store may have lost them. */
  install(): Promise<void>;
  /** Puts the schedule back where it is missing or has stopped; whether it had to. */
  repair(nowMs: number): Promise<boolean>;
}

/** Starts taking runs. Its own queue and concurrency, so that no cleanup ever delays a check. */
export function startCleanupRunner(options: CleanupRunnerOptions): CleanupRunner {
  const teller = createTargetTeller(options);
  const worker = startQueueWorker<CleanupJobData>({
    queue: cleanupQueue(options.target.name),
    prefix: options.prefix,
    redis: options.redis,
    concurrency: 1,
    process: (job) =>
      options.board.during({ kind: "cleanup", name: options.target.name }, () =>
        doCleanupJob({ ...options, teller }, job),
      ),
    telemetry: options.telemetry,
    onError: options.onError,
    isTaken: options.isTaken,
    onConnect: options.onConnect,
  });
  const held = holdTarget({ ...options, target: options.target.name, worker });
  let caughtUpMs = 0;
  const catchUp = (nowMs: number) => {
    caughtUpMs = nowMs;
    return teller.catchUp();
  };
  const install = async () => {
    await scheduleCleanups(options);
    await teller.announce();
    await catchUp(options.nowMs());
  };
  return {
    worker,
    ...held,
    install,
    repair: async (nowMs) => {
      if (nowMs - caughtUpMs >= CATCH_UP_EVERY_MS) await catchUp(nowMs);
      if (!(await isScheduleBroken(options, nowMs))) return false;
      await install();
      return true;
    },
  };
}

// What only the journal knows is shown this late at most.
const CATCH_UP_EVERY_MS = 15_000;
