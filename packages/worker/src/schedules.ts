import type { CheckDefinition } from "@caretaker/health";
import type { Queue } from "bullmq";
import { CHECK_JOB_OPTIONS, type CheckJobData } from "./queues.js";
import { staggerOffsetMs } from "./stagger.js";

/** The schedules of one queue's checks. Schedulers are only data in Redis: after a flush nobody else re-creates them. */
export interface Schedules {
  /** Makes the queue's schedulers exactly these checks: adds, changes, and removes those of checks that are gone. */
  install(): Promise<void>;
  /** Puts back what is missing or has stopped; returns the names. Removes nothing. */
  repair(nowMs: number): Promise<readonly string[]>;
}

/** A check whose first slot is further away than this gets a run of its own at once. */
const SOON_MS = 10_000;

/** The schedules of `checks` on one queue. */
export function createSchedules(queue: Queue<CheckJobData>, checks: readonly CheckDefinition[]): Schedules {
  const names = new Set(checks.map(({ name }) => name));
  return {
    install: async () => {
      const existing = await queue.getJobSchedulers();
      for (const { key } of existing) if (!names.has(key)) await queue.removeJobScheduler(key);
      const known = new Set(existing.map(({ key }) => key));
      for (const check of checks) await schedule(queue, check, { isNew: !known.has(check.name) });
    },
    repair: async (nowMs) => {
      const next = new Map((await queue.getJobSchedulers()).map(({ key, next }) => [key, next ?? 0]));
      const broken = checks.filter((check) => isStopped(check, next.get(check.name), nowMs));
      for (const check of broken) await schedule(queue, check, { isNew: true });
      return broken.map(({ name }) => name);
    },
  };
}

// Unchanged `every` keeps its phase when it is upserted again, and an overdue tick stays due.
async function schedule(queue: Queue<CheckJobData>, check: CheckDefinition, { isNew }: { isNew: boolean }) {
  const offset = staggerOffsetMs(check.name, check.everyMs);
  const template = { name: check.name, data: { check: check.name }, opts: CHECK_JOB_OPTIONS };
  await queue.upsertJobScheduler(check.name, { every: check.everyMs, offset }, template);
  if (isNew && check.everyMs > SOON_MS) await runSoon(queue, check, offset);
}

/** One run outside the schedule; its fixed id makes several workers' wishes one. */
async function runSoon(queue: Queue<CheckJobData>, { name }: CheckDefinition, offset: number): Promise<void> {
  const once = { jobId: `first-${name}`, delay: offset % 1_000, removeOnComplete: true, removeOnFail: true };
  await queue.add(name, { check: name }, { ...CHECK_JOB_OPTIONS, ...once });
}

function isStopped({ everyMs }: CheckDefinition, nextMs: number | undefined, nowMs: number): boolean {
  return nextMs === undefined || nextMs < nowMs - Math.max(3 * everyMs, 5_000);
}
