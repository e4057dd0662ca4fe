import type { CheckQueue } from "./check-queue.js";
import type { CleanupRunner } from "./cleanup-runner.js";
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
 * ticks while a newer deploy is alive, which knows checks that this one does not, or while this host's clock is off and
 * another worker's is not. The host's own queue has one clock, so it goes on whatever that clock says.
 */
export function createKeeper({
  fleet,
  host,
  cleanups,
  forgetHosts,
  log,
}: Kept): (state: HeartbeatState) => Promise<void> {
  let installed = false;
  return async ({ role, isTurn, clockIsOff, othersInSync, forgottenHosts }) => {
    const isSuperseded = role === "superseded";
    const isOutvoted = clockIsOff && othersInSync > 0;
    if (isSuperseded && installed) log.info("a worker with newer checks is alive: this one takes no fleet ticks");
    hold(fleet.worker, "superseded", isSuperseded);
    hold(fleet.worker, "clock", isOutvoted);
    if (isSuperseded || role === "installed") installed = false;
    if (isSuperseded) return;
    if (!installed) {
      await install({ fleet, host, cleanups, log });
      installed = true;
    } else await repair({ queues: isTurn && !isOutvoted ? [fleet, host] : [host], cleanups, log });
    if (forgottenHosts.length > 0) await forgetHosts(forgottenHosts);
  };
}

function hold(worker: CheckQueue["worker"], reason: string, isHeld: boolean): void {
  if (isHeld) worker.pause(reason);
  else worker.resume(reason);
}

async function install({ fleet, host, cleanups, log }: Omit<Kept, "forgetHosts">): Promise<void> {
  await Promise.all([fleet.schedules.install(), host.schedules.install()]);
  await Promise.all(cleanups.map((cleanup) => cleanup.install()));
  log.info("schedules installed", { checks: fleet.keys.length + host.keys.length, targets: cleanups.length });
}

interface Repaired {
  readonly queues: readonly CheckQueue[];
  readonly cleanups: readonly CleanupRunner[];
  readonly log: WorkerLog;
}

async function repair({ queues, cleanups, log }: Repaired): Promise<void> {
  // By the host's clock, like the schedules it is compared with.
  const nowMs = Date.now();
  const checks = (await Promise.all(queues.map(({ schedules }) => schedules.repair(nowMs)))).flat();
  const runs = await Promise.all(cleanups.map((cleanup) => cleanup.repair(nowMs)));
  const repaired = { checks, cleanups: runs.filter(Boolean).length };
  if (checks.length + repaired.cleanups > 0) log.warn("schedules repaired", repaired);
}
