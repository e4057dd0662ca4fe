import type { CleanupReporter, RedisTarget, TargetStatus } from "@caretaker/redis-store";
import {
  type CleanupJournal,
  type CleanupReport,
  type RetentionTarget,
  runCleanup,
  type TargetLock,
} from "@caretaker/retention";
import { formatDuration } from "@caretaker/units";
import type { Job, Queue } from "bullmq";
import type { WorkerLog } from "./log.js";
import { type QueueWorker, startQueueWorker } from "./queue-worker.js";
import { CLEANUP_JOB_OPTIONS, CLEANUP_SCHEDULER, type CleanupJobData, cleanupQueue } from "./queues.js";

/** What one target's runner needs. */
export interface CleanupRunnerOptions {
  readonly target: RetentionTarget;
  readonly queue: Queue<CleanupJobData>;
  readonly prefix: string;
  readonly redis: RedisTarget;
  readonly journal: CleanupJournal;
  readonly lock: TargetLock;
  readonly reporter: CleanupReporter;
  readonly log: WorkerLog;
  readonly nowMs: () => number;
  /** Aborts when the worker stops: a run ends after the session it is at. */
  readonly signal: AbortSignal;
  readonly forbiddenRoots: readonly string[];
  readonly onError: (error: Error) => void;
  readonly probe: () => Promise<unknown>;
}

/** Takes one target's runs from its queue, one at a time. */
export interface CleanupRunner {
  readonly worker: QueueWorker;
  /** Makes the schedule exist and the target known; again whenever the store may have lost them. */
  install(): Promise<void>;
  /** Puts the schedule back where it is missing or has stopped; whether it had to. */
  repair(nowMs: number): Promise<boolean>;
}

/** Starts taking runs. Its own queue and concurrency, so that no cleanup ever delays a check. */
export function startCleanupRunner(options: CleanupRunnerOptions): CleanupRunner {
  const { target, queue } = options;
  const worker = startQueueWorker<CleanupJobData>({
    queue: cleanupQueue(target.name),
    prefix: options.prefix,
    redis: options.redis,
    concurrency: 1,
    process: (job) => run(options, job),
    onError: options.onError,
    probe: options.probe,
  });
  const install = async () => {
    await schedule(queue, target);
    await options.reporter.status(await statusOf(options, null));
  };
  return {
    worker,
    install,
    repair: async (nowMs) => {
      const scheduler = await queue.getJobScheduler(CLEANUP_SCHEDULER);
      const nextMs = scheduler?.next ?? 0;
      if (nextMs > nowMs - OVERDUE_MS && !isAhead(target, nextMs, nowMs)) return false;
      await install();
      return true;
    },
  };
}

/** A run may wait this long for the one before it without its schedule counting as stopped. */
const OVERDUE_MS = 3_600_000;

const PROGRESS_EVERY_MS = 1_000;

async function schedule(queue: Queue<CleanupJobData>, target: RetentionTarget): Promise<void> {
  const { schedule, name } = target;
  const repeat = "cron" in schedule ? { pattern: schedule.cron } : { every: schedule.everyMs };
  const current = await queue.getJobScheduler(CLEANUP_SCHEDULER);
  const nextMs = current?.next ?? 0;
  const nowMs = Date.now();
  // Upserting an unchanged cron between its due time and its pick-up would move it on, and that run would be lost.
  const isUnchanged = "cron" in schedule && current?.pattern === schedule.cron;
  if (isUnchanged && nextMs < nowMs + SURELY_NOT_DUE_MS) return;
  if (isAhead(target, nextMs, nowMs)) await queue.removeJobScheduler(CLEANUP_SCHEDULER);
  const template = { name: "run", data: { dryRun: false, reason: "schedule" }, opts: CLEANUP_JOB_OPTIONS };
  await queue.upsertJobScheduler(CLEANUP_SCHEDULER, repeat, { ...template, name: `run ${name}` });
}

// A cron that is due later than this is worked out anew: it may have been set by a clock that was ahead.
const SURELY_NOT_DUE_MS = 60_000;

/** Whether the next run was set by a clock that was ahead of ours; of a cron that cannot be told. */
function isAhead({ schedule }: RetentionTarget, nextMs: number, nowMs: number): boolean {
  return "everyMs" in schedule && nextMs > nowMs + schedule.everyMs + SURELY_NOT_DUE_MS;
}

async function run(options: CleanupRunnerOptions, job: Job<CleanupJobData>): Promise<string> {
  const { target, log, nowMs, journal, lock, signal, forbiddenRoots } = options;
  const runId = runIdOf(job);
  const tell = throttledStatus(options, { runId, startedAtMs: nowMs() });
  tell.progress({ done: 0, total: 0 });
  const report = await runCleanup(target, {
    runId,
    dryRun: job.data.dryRun,
    reason: job.data.reason,
    nowMs,
    journal,
    lock,
    signal,
    log,
    forbiddenRoots,
    onProgress: tell.progress,
  });
  await tell.end();
  await publish(options, report);
  return report.outcome;
}

/** The job's id where it can name a directory; a scheduled one is named by its slot. */
function runIdOf({ id }: Job<CleanupJobData>): string {
  const slot = /^repeat:.*:(\d+)$/.exec(id ?? "");
  return slot === null ? (id ?? "unnamed") : `scheduled-${slot[1]}`;
}

/** The report is in the journal whatever happens here: a store that is away loses the publication, not the run. */
async function publish(options: CleanupRunnerOptions, report: CleanupReport): Promise<void> {
  try {
    await options.reporter.report(await statusOf(options, null), { ...report });
  } catch (error) {
    options.log.warn("cleanup report not published", { target: report.target, runId: report.runId, error });
  }
}

type Running = NonNullable<TargetStatus["running"]>;

async function statusOf({ target, queue }: CleanupRunnerOptions, running: Running | null): Promise<TargetStatus> {
  const scheduler = await queue.getJobScheduler(CLEANUP_SCHEDULER);
  return { target: target.name, schedule: scheduleText(target), nextRunAtMs: scheduler?.next ?? null, running };
}

function scheduleText({ schedule }: RetentionTarget): string {
  return "cron" in schedule ? schedule.cron : `every ${formatDuration(schedule.everyMs)}`;
}

/** Publishes progress at most once a second, in order. */
function throttledStatus(options: CleanupRunnerOptions, run: Pick<Running, "runId" | "startedAtMs">) {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let last: Promise<void> = Promise.resolve();
  const say = async (running: Running) => options.reporter.status(await statusOf(options, running));
  return {
    progress: ({ done, total }: { done: number; total: number }) => {
      if (options.nowMs() - saidAtMs < PROGRESS_EVERY_MS) return;
      saidAtMs = options.nowMs();
      // Progress is shown, not needed: while the store is away it is left out.
      last = last.then(() => say({ ...run, done, of: total })).catch(() => undefined);
    },
    end: () => last,
  };
}
