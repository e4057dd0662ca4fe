import type { CheckDefinition } from "@caretaker/health";
import type { JobSchedulerJson, Queue } from "bullmq";
import { CHECK_JOB_OPTIONS, type CheckJobData } from "../queues.js";
import { type CheckGroup, groupChecks } from "./check-groups.js";
import { staggerOffsetMs } from "./stagger.js";

/** The schedules of one queue's checks. Schedulers are only data in Redis: after a flush nobody else re-creates them. */
export interface Schedules {
  /** Makes the queue's schedulers exactly these checks': adds, changes, and removes those of checks that are gone. */
  install(nowMs: number): Promise<void>;
  /**
   * Puts back what is missing, has stopped, or waits for another clock's time; returns the names of the checks. After a
   * gap in the connection a tick that is overdue at all counts as stopped: putting back one that goes on changes nothing.
   */
  repair(nowMs: number, options?: { isAfterGap?: boolean }): Promise<readonly string[]>;
  /**
   * Once a connection has come back: runs at once what a tick of the gap has left without a result and whose next tick is
   * not near; returns the names of the checks.
   */
  catchUp(nowMs: number): Promise<readonly string[]>;
}

/** How old the last results of these checks are, in ms and in the same order; `Infinity` where there is none. */
export type ReadAges = (names: readonly string[]) => Promise<readonly number[]>;

/** A check whose first slot may be further away than this gets a run of its own at once: well again within 5 s of a flush. */
const SOON_MS = 2_000;

/** Far more than the clocks of two workers that agree with the store's can differ. */
const SLACK_MS = 5_000;

/** A tick is picked up and has its result within this, where workers take ticks at all and the check takes no time. */
const GAP_SLACK_MS = 500;

/** The schedules of `checks` on one queue: one for each group of them. */
export function createSchedules(
  queue: Queue<CheckJobData>,
  checks: readonly CheckDefinition[],
  readAges: ReadAges,
): Schedules {
  const groups = groupChecks(checks);
  const ids = new Set(groups.map(({ id }) => id));
  return {
    install: async (nowMs) => {
      const found = await findSchedulers(queue);
      for (const id of found.keys()) if (!ids.has(id)) await queue.removeJobScheduler(id);
      for (const group of groups) await restore(queue, group, { found: found.get(group.id), nowMs });
    },
    repair: async (nowMs, { isAfterGap = false } = {}) => {
      const slackMs = (group: CheckGroup) => (isAfterGap ? GAP_SLACK_MS : stoppedAfterMs(group));
      const found = await findSchedulers(queue);
      const broken = groups.filter((group) => {
        const nextMs = found.get(group.id)?.next;
        return nextMs === undefined || nextMs < nowMs - slackMs(group) || isAhead(group, nextMs, nowMs);
      });
      for (const group of broken) await restore(queue, group, { found: found.get(group.id), nowMs });
      return broken.flatMap(namesIn);
    },
    catchUp: async (nowMs) => {
      const found = await findSchedulers(queue);
      const waiting = checksOf(groups.filter(({ id }) => (found.get(id)?.next ?? nowMs) > nowMs + SOON_MS));
      const agesMs = await readAges(waiting.map(({ name }) => name));
      const late = waiting.filter(({ everyMs }, index) => (agesMs[index] ?? 0) > everyMs + GAP_SLACK_MS);
      for (const { name, everyMs } of late) await runSoon(queue, name, everyMs);
      return late.map(({ name }) => name);
    },
  };
}

function checksOf(groups: readonly CheckGroup[]): readonly Pick<CheckDefinition, "name" | "everyMs">[] {
  return groups.flatMap((group) => namesIn(group).map((name) => ({ name, everyMs: group.everyMs })));
}

type Found = JobSchedulerJson<CheckJobData>;

async function findSchedulers(queue: Queue<CheckJobData>): Promise<ReadonlyMap<string, Found>> {
  return new Map((await queue.getJobSchedulers()).map((scheduler) => [scheduler.key, scheduler]));
}

interface Slot {
  /** The schedule as it is; `undefined` where there is none. */
  readonly found: Found | undefined;
  readonly nowMs: number;
}

async function restore(queue: Queue<CheckJobData>, group: CheckGroup, { found, nowMs }: Slot): Promise<void> {
  const isElsewhere = found !== undefined && isAhead(group, found.next ?? 0, nowMs);
  // Upserted again, it would keep that phase, and the runs outside the schedule would wait as long.
  if (isElsewhere) await queue.removeJobScheduler(group.id);
  if (isElsewhere) for (const name of namesIn(group)) await queue.remove(firstRunOf(name));
  const goesOn = found !== undefined && !isElsewhere && !hasStopped(group, found.next ?? 0, nowMs);
  const known: readonly string[] = goesOn ? Object.keys(found.template?.data?.checks ?? {}) : [];
  await schedule(queue, group);
  if (group.everyMs <= SOON_MS) return;
  for (const name of namesIn(group)) if (!known.includes(name)) await runSoon(queue, name, group.everyMs);
}

// Unchanged `every` keeps its phase when it is upserted again, and an overdue tick stays due.
async function schedule(queue: Queue<CheckJobData>, group: CheckGroup): Promise<void> {
  const { id, everyMs, offsetMs, afterMs } = group;
  const template = { name: titleOf(namesIn(group)), data: { checks: afterMs }, opts: CHECK_JOB_OPTIONS };
  await queue.upsertJobScheduler(id, { every: everyMs, offset: offsetMs }, template);
}

/** What its jobs are called, for whoever looks at the queue. */
function titleOf([first = "", ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** One run outside the schedule; its fixed id makes several workers' wishes one. */
async function runSoon(queue: Queue<CheckJobData>, name: string, everyMs: number): Promise<void> {
  const delay = staggerOffsetMs(name, everyMs) % 1_000;
  const once = { jobId: firstRunOf(name), delay, removeOnComplete: true, removeOnFail: true };
  await queue.add(name, { checks: { [name]: 0 } }, { ...CHECK_JOB_OPTIONS, ...once });
}

function firstRunOf(name: string): string {
  return `first-${name}`;
}

function namesIn({ afterMs }: CheckGroup): readonly string[] {
  return Object.keys(afterMs);
}

function hasStopped(group: CheckGroup, nextMs: number, nowMs: number): boolean {
  return nextMs < nowMs - stoppedAfterMs(group);
}

function stoppedAfterMs({ everyMs }: CheckGroup): number {
  return Math.max(3 * everyMs, SLACK_MS);
}

/** Whether the next tick was set by a clock that was ahead of ours: we would wait for it as long as that was. */
function isAhead({ everyMs }: CheckGroup, nextMs: number, nowMs: number): boolean {
  return nextMs > nowMs + everyMs + SLACK_MS;
}
