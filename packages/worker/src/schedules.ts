import type { CheckDefinition } from "@caretaker/health";
import type { Queue } from "bullmq";
import { CHECK_JOB_OPTIONS, type CheckJobData } from "./queues.js";
import { staggerOffsetMs } from "./stagger.js";

/** The schedules of one queue's checks. Schedulers are only data in Redis: after a flush nobody else re-creates them. */
export interface Schedules {
  /** Makes the queue's schedulers exactly these checks: adds, changes, and removes those of checks that are gone. */
  install(nowMs: number): Promise<void>;
  /**
   * Puts back what is missing, has stopped, or waits for another clock's time; returns the names. After a gap in the
   * connection a tick that is overdue at all counts as stopped: putting back one that goes on changes nothing.
   */
  repair(nowMs: number, options?: { isAfterGap?: boolean }): Promise<readonly string[]>;
}

/** A check whose first slot may be further away than this gets a run of its own at once: well again within 5 s of a flush. */
const SOON_MS = 2_000;

/** Far more than the clocks of two workers that agree with the store's can differ. */
const SLACK_MS = 5_000;

/** A tick is picked up within this, where workers take ticks at all. */
const GAP_SLACK_MS = 500;

/** The schedules of `checks` on one queue. */
export function createSchedules(queue: Queue<CheckJobData>, checks: readonly CheckDefinition[]): Schedules {
  const names = new Set(checks.map(({ name }) => name));
  return {
    install: async (nowMs) => {
      const existing = await queue.getJobSchedulers();
      for (const { key } of existing) if (!names.has(key)) await queue.removeJobScheduler(key);
      const next = new Map(existing.map(({ key, next }) => [key, next ?? 0]));
      for (const check of checks) await restore(queue, check, { nextMs: next.get(check.name), nowMs });
    },
    repair: async (nowMs, { isAfterGap = false } = {}) => {
      const slackMs = (check: CheckDefinition) => (isAfterGap ? GAP_SLACK_MS : stoppedAfterMs(check));
      const next = new Map((await queue.getJobSchedulers()).map(({ key, next }) => [key, next ?? 0]));
      const broken = checks.filter((check) => {
        const nextMs = next.get(check.name);
        return nextMs === undefined || nextMs < nowMs - slackMs(check) || isAhead(check, nextMs, nowMs);
      });
      for (const check of broken) await restore(queue, check, { nextMs: next.get(check.name), nowMs });
      return broken.map(({ name }) => name);
    },
  };
}

interface Slot {
  /** When the next tick is due; `undefined` where there is no schedule. */
  readonly nextMs: number | undefined;
  readonly nowMs: number;
}

async function restore(queue: Queue<CheckJobData>, check: CheckDefinition, { nextMs, nowMs }: Slot): Promise<void> {
  const isElsewhere = nextMs !== undefined && isAhead(check, nextMs, nowMs);
  // Upserted again, it would keep that phase, and its run outside the schedule would wait as long.
  if (isElsewhere) await queue.removeJobScheduler(check.name);
  if (isElsewhere) await queue.remove(firstRunOf(check));
  await schedule(queue, check, { isNew: nextMs === undefined || isElsewhere || hasStopped(check, nextMs, nowMs) });
}

// Unchanged `every` keeps its phase when it is upserted again, and an overdue tick stays due.
async function schedule(queue: Queue<CheckJobData>, check: CheckDefinition, { isNew }: { isNew: boolean }) {
  const offset = staggerOffsetMs(check.name, check.everyMs);
  const template = { name: check.name, data: { check: check.name }, opts: CHECK_JOB_OPTIONS };
  await queue.upsertJobScheduler(check.name, { every: check.everyMs, offset }, template);
  if (isNew && check.everyMs > SOON_MS) await runSoon(queue, check, offset);
}

/** One run outside the schedule; its fixed id makes several workers' wishes one. */
async function runSoon(queue: Queue<CheckJobData>, check: CheckDefinition, offset: number): Promise<void> {
  const { name } = check;
  const once = { jobId: firstRunOf(check), delay: offset % 1_000, removeOnComplete: true, removeOnFail: true };
  await queue.add(name, { check: name }, { ...CHECK_JOB_OPTIONS, ...once });
}

function firstRunOf({ name }: CheckDefinition): string {
  return `first-${name}`;
}

function hasStopped(check: CheckDefinition, nextMs: number, nowMs: number): boolean {
  return nextMs < nowMs - stoppedAfterMs(check);
}

function stoppedAfterMs({ everyMs }: CheckDefinition): number {
  return Math.max(3 * everyMs, SLACK_MS);
}

/** Whether the next tick was set by a clock that was ahead of ours: we would wait for it as long as that was. */
function isAhead({ everyMs }: CheckDefinition, nextMs: number, nowMs: number): boolean {
  return nextMs > nowMs + everyMs + SLACK_MS;
}
