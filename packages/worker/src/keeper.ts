import type { CheckQueue } from "./checks/check-queue.js";
import type { CleanupRunner } from "./cleanup/cleanup-runner.js";
import type { HeartbeatState } from "./heartbeat.js";
import type { WorkerLog } from "./log.js";

/** What is kept alive. */
export interface Kept {
  readonly fleet: CheckQueue;
  readonly host: CheckQueue;
  readonly cleanups: readonly CleanupRunner[];
  /** Removes what machines without workers have left in the queue. */
  readonly forgetHosts: (hosts: readonly string[]) => Promise<void>;
  readonly log: WorkerLog;
}

/**
 * Keeps the schedules alive and this worker in its place, once per beat: installs them when its definitions come into
 * force (at start, after a flush, after a newer deploy has gone), repairs them otherwise, and holds back the fleet's
 * ticks while a newer deploy is alive, which knows checks that this one does not, while this host's clock is off and
 * another worker's is not, and until a beat has told which of it holds. The host's own queue has one clock, so it goes on
 * whatever that clock says.
 */
export function createKeeper({
  fleet,
  host,
  cleanups,
  forgetHosts,
  log,
}: Kept): (state: HeartbeatState) => Promise<void> {
  let installed = false;
  fleet.worker.pause("first beat");
  return async ({ role, isTurn, clockIsOff, othersInSync, forgottenHosts, isAfterGap, mayHaveLost }) => {
    const isSuperseded = role === "superseded";
    const isOutvoted = clockIsOff && othersInSync > 0;
    if (isSuperseded && installed) log.info("a worker with newer checks is alive: this one takes no fleet ticks");
    hold(fleet.worker, "superseded", isSuperseded);
    hold(fleet.worker, "clock", isOutvoted);
    fleet.worker.resume("first beat");
    const ours = await claimed(cleanups);
    if (isSuperseded || role === "installed") installed = false;
    if (isSuperseded) return;
    // By the host's clock, like the schedules it is compared with.
    const nowMs = Date.now();
    if (!installed) {
      await install({ queues: isOutvoted ? [host] : [fleet, host], cleanups: ours, log, nowMs });
      installed = true;
    } else {
      const isKeeper = (isTurn || isAfterGap) && !isOutvoted;
      const queues = isKeeper ? [fleet, host] : [host];
      await repair({ queues, cleanups: ours, log, nowMs, isAfterGap });
      if (mayHaveLost) await catchUp({ queues, log, nowMs });
    }
    if (forgottenHosts.length > 0) await forgetHosts(forgottenHosts);
  };
}

/** Those whose target is this machine's: the others' schedules are none of its business. */
async function claimed(cleanups: readonly CleanupRunner[]): Promise<readonly CleanupRunner[]> {
  const isOurs = await Promise.all(cleanups.map((cleanup) => cleanup.claim()));
  return cleanups.filter((_, index) => isOurs[index]);
}

function hold(worker: CheckQueue["worker"], reason: string, isHeld: boolean): void {
  if (isHeld) worker.pause(reason);
  else worker.resume(reason);
}

interface Work {
  readonly queues: readonly CheckQueue[];
  readonly cleanups: readonly CleanupRunner[];
  readonly log: WorkerLog;
  readonly nowMs: number;
}

async function install({ queues, cleanups, log, nowMs }: Work): Promise<void> {
  await Promise.all(queues.map(({ schedules }) => schedules.install(nowMs)));
  await Promise.all(cleanups.map((cleanup) => cleanup.install()));
  const checks = queues.reduce((sum, { keys }) => sum + keys.length, 0);
  log.info("schedules installed", { checks, targets: cleanups.length });
}

async function repair({ queues, cleanups, log, nowMs, isAfterGap }: Work & { isAfterGap: boolean }): Promise<void> {
  const repairs = queues.map(async ({ schedules, worker }) => {
    const names = await schedules.repair(nowMs, { isAfterGap });
    worker.look(names.length > 0);
    return names;
  });
  const checks = (await Promise.all(repairs)).flat();
  const runs = await Promise.all(
    cleanups.map(async ({ repair, worker }) => {
      const isBroken = await repair(nowMs);
      worker.look(isBroken);
      return isBroken;
    }),
  );
  const repaired = { checks, cleanups: runs.filter(Boolean).length };
  if (checks.length + repaired.cleanups > 0) log.warn("schedules repaired", repaired);
}

async function catchUp({ queues, log, nowMs }: Pick<Work, "queues" | "log" | "nowMs">): Promise<void> {
  const checks = (await Promise.all(queues.map(({ schedules }) => schedules.catchUp(nowMs)))).flat();
  if (checks.length > 0) log.info("checks run at once, their results lost with the connection or overdue", { checks });
}
