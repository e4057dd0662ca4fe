import type { StoredReport, TargetReports } from "@caretaker/redis-store";
import { reportSchema } from "../schemas/index.js";
import type { RunReport, TargetStatus } from "../types.js";

/** One target, without reports that say too little to be shown: a worker of another version may have written them. */
export function describeTarget(target: TargetReports): TargetStatus {
  return { ...target, reports: target.reports.flatMap((report) => describeReport(report) ?? []) };
}

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
