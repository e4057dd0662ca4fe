import type { RunningCleanup, StoredReport, TargetReports } from "@caretaker/redis-store";
import { reportSchema } from "../schemas/index.js";
import type { RunReport, TargetStatus } from "../types.js";

// A run publishes where it is at least every 5 s.
const DEAD_AFTER_MS = 15_000;

/**
 * One target at a moment of the store's clock, in ms, without reports that say too little to be shown: a worker of
 * another version may have written them.
 */
export function describeTarget({ running, ...target }: TargetReports, nowMs: number): TargetStatus {
  const reports = target.reports.flatMap((report) => describeReport(report) ?? []);
  return { ...target, running: running === null ? null : describeRunning(running, nowMs), reports };
}

/** A run that is going on, or whose worker has died. */
export function describeRunning(running: RunningCleanup, nowMs: number): RunningStatus {
  return { ...running, dead: nowMs - running.updatedAtMs >= DEAD_AFTER_MS };
}

type RunningStatus = NonNullable<TargetStatus["running"]>;

// Reports stay the same objects until there are new ones, and fifty of each target are read at every request.
const known = new WeakMap<StoredReport, RunReport | null>();

/** A stored report, or `null` where it is not one. */
export function describeReport(report: StoredReport): RunReport | null {
  const held = known.get(report);
  if (held !== undefined) return held;
  const read = reportSchema.safeParse(report);
  known.set(report, read.success ? read.data : null);
  return read.success ? read.data : null;
}
