import type { RetentionTarget } from "@caretaker/retention";
import { formatDuration } from "@caretaker/units";
import type { Queue } from "bullmq";
import { CLEANUP_JOB_OPTIONS, CLEANUP_SCHEDULER, type CleanupJobData } from "../queues.js";

/** A target and the queue its runs wait in. */
export interface ScheduledTarget {
  readonly target: RetentionTarget;
  readonly queue: Queue<CleanupJobData>;
}

/** Makes the target's schedule exist. */
export async function scheduleCleanups({ target, queue }: ScheduledTarget): Promise<void> {
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

/** Whether the schedule is missing, has stopped, or was set by a clock that was ahead. */
export async function isScheduleBroken({ target, queue }: ScheduledTarget, nowMs: number): Promise<boolean> {
  const nextMs = (await nextCleanupMs({ queue })) ?? 0;
  return nextMs <= nowMs - STOPPED_AFTER_MS || isAhead(target, nextMs, nowMs);
}

/** When the target's next run is due, in ms since the epoch; `null` without a schedule. */
export async function nextCleanupMs({ queue }: Pick<ScheduledTarget, "queue">): Promise<number | null> {
  return (await queue.getJobScheduler(CLEANUP_SCHEDULER))?.next ?? null;
}

/** The schedule as the user wrote it. */
export function scheduleText({ schedule }: Pick<RetentionTarget, "schedule">): string {
  return "cron" in schedule ? schedule.cron : `every ${formatDuration(schedule.everyMs)}`;
}

/** How long after its time a run counts as overdue: a minute, or as long as from one run to the next if that is less. */
export function overdueAfterMs({ schedule }: Pick<RetentionTarget, "schedule">): number {
  const everyMs = "cron" in schedule ? MAX_LATE_MS : schedule.everyMs;
  return Math.max(MIN_LATE_MS, Math.min(MAX_LATE_MS, everyMs));
}

const MIN_LATE_MS = 5_000;
const MAX_LATE_MS = 60_000;

/** A run may wait this long for the one before it without its schedule counting as stopped. */
const STOPPED_AFTER_MS = 3_600_000;

// A cron that is due later than this is worked out anew: it may have been set by a clock that was ahead.
const SURELY_NOT_DUE_MS = 60_000;

/** Whether the next run was set by a clock that was ahead of ours; of a cron that cannot be told. */
function isAhead({ schedule }: RetentionTarget, nextMs: number, nowMs: number): boolean {
  return "everyMs" in schedule && nextMs > nowMs + schedule.everyMs + SURELY_NOT_DUE_MS;
}
