import type { JobsOptions, KeepJobs } from "bullmq";

/** What a tick of one check, or of several that share a schedule, carries. */
export interface CheckJobData {
  /** Each check's name, and how long after the tick it begins, in ms. */
  readonly checks: Readonly<Record<string, number>>;
}

/** What a wish to run a check now carries. */
export interface CheckRequestData {
  readonly check: string;
  /** The machine it is to run on; `null` for a fleet-scope check. */
  readonly host: string | null;
}

/** What a target is asked to do. */
export type CleanupJobData = RunJobData | RestoreJobData;

/** A run. */
export interface RunJobData {
  readonly dryRun: boolean;
  /** Why the run was asked for, for the log and the journal: at most 200 characters. */
  readonly reason: string;
  /** The plan that somebody has read and wants applied whatever the guards say; with any other plan it is refused. */
  readonly confirmPlanId?: string;
}

/** A session to be brought back from the trash, by its name or its claim's id. */
export interface RestoreJobData {
  readonly restore: string;
  readonly reason: string;
}

/** The queue of the fleet-scope checks: any worker takes a tick. */
export const FLEET_CHECKS_QUEUE = "checks";

/** The queue of one machine's checks: only that machine's workers take a tick, so no other host answers for it. */
export function hostChecksQueue(hostId: string): string {
  return `checks-host-${hostId}`;
}

/**
 * The queue of wishes to run a check now. Apart from the ticks, so that whoever may ask needs no right to write where
 * the schedules are.
 */
export const CHECK_REQUESTS_QUEUE = "check-requests";

/** The queue of one retention target: only workers that have its root on their disk take a run. */
export function cleanupQueue(target: string): string {
  return `cleanup-${target}`;
}

/** The queue of what is to be told: any worker hands it over. */
export const NOTICES_QUEUE = "notices";

/** The scheduler id of a target's own schedule. */
export const CLEANUP_SCHEDULER = "schedule";

/** When a tick of a schedule was due, in ms since the epoch by the clock that set it; `null` for a job of its own. */
export function slotOf(jobId: string | undefined): number | null {
  const slot = SLOT_JOB.exec(jobId ?? "");
  return slot === null ? null : Number(slot[1]);
}

/** A run's id: its job's, where that can name a directory; a scheduled one is named by its slot. */
export function runIdOf(jobId: string | undefined): string {
  const slot = SLOT_JOB.exec(jobId ?? "");
  return slot === null ? (jobId ?? "unnamed") : `scheduled-${slot[1]}`;
}

/** The id of a run's job. */
export function jobIdOf(runId: string): string {
  const slot = SCHEDULED_RUN.exec(runId);
  return slot === null ? runId : `repeat:${CLEANUP_SCHEDULER}:${slot[1]}`;
}

/** Whether a run is one of the target's own schedule. */
export function isScheduled(runId: string): boolean {
  return SCHEDULED_RUN.test(runId);
}

const SLOT_JOB = /^repeat:.*:(\d+)$/;
const SCHEDULED_RUN = /^scheduled-(\d+)$/;

// A finished job costs 2.5 KB of Redis for ever unless it is removed; a few are worth keeping to look at.
const KEEP: KeepJobs = { count: 20 };

/** A tick is not retried, the next one comes anyway. A trace of the stack would hold paths of this machine. */
export const CHECK_JOB_OPTIONS: JobsOptions = {
  attempts: 1,
  removeOnComplete: KEEP,
  removeOnFail: KEEP,
  stackTraceLimit: 0,
};

/** A run is not retried as a job: what it left open, the next run settles first. */
export const CLEANUP_JOB_OPTIONS: JobsOptions = {
  attempts: 1,
  removeOnComplete: { count: 100 },
  removeOnFail: { count: 100 },
};

/** How often a notice is tried: with the default wait of 2 s and its doubling, for a quarter of an hour. */
export const NOTICE_ATTEMPTS = 10;

/**
 * Ended notices are kept for an hour, since their ids keep them from being added again. A trace of the stack would hold
 * paths of this machine, and says nothing of a receiver.
 */
export const NOTICE_JOB_OPTIONS: JobsOptions = {
  attempts: NOTICE_ATTEMPTS,
  removeOnComplete: { age: 3_600, count: 1_000 },
  removeOnFail: { age: 3_600, count: 1_000 },
  stackTraceLimit: 0,
};

/** BullMQ's event stream of each queue is capped at about this many entries; its default costs 2.5 MB a queue. */
export const EVENTS_MAX_LENGTH = 200;
