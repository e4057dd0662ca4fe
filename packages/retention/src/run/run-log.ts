import type { RetentionLog } from "../log.js";
import type { CleanupReport } from "../report.js";
import type { RunState } from "./run-state.js";

/** The one line at a run's start. */
export function logStart(log: RetentionLog, { target, options }: RunState): void {
  const { runId, dryRun, reason } = options;
  log.info("cleanup started", { target: target.name, runId, dryRun, reason });
}

/** The one line at a run's end, with its level: a run that failed is an error, one that was refused a warning. */
export function logFinish(log: RetentionLog, { report, error }: { report: CleanupReport; error: unknown }): void {
  const fields = { ...fieldsOf(report), ...(error === undefined ? {} : { error }) };
  log[LEVEL[report.outcome]](`cleanup ${report.outcome}`, fields);
}

const LEVEL = { done: "info", partial: "info", busy: "info", refused: "warn", failed: "error" } as const;

function fieldsOf(report: CleanupReport): Record<string, unknown> {
  const { target, runId, planId, dryRun, partial, candidates, owned, active, held, unread, unknown } = report;
  return {
    ...{ target, runId, planId, dryRun, partial, candidates, owned, active, held, unread },
    kept: report.keptCount,
    deleted: report.deletedCount,
    failed: report.failedCount,
    skipped: report.skippedCount,
    settled: report.settledCount,
    trashed: report.trashedCount,
    purged: report.purgedCount,
    unknown,
    bytesFreed: report.bytesFreed,
    seconds: (report.finishedAtMs - report.startedAtMs) / 1_000,
    keptIds: report.kept,
    deletedIds: report.deleted,
    failures: report.failed,
    ...noteworthyOf(report),
  };
}

// Said only when there is something to say, so that each of them stands out.
function noteworthyOf(report: CleanupReport): Record<string, unknown> {
  const { guards, shortfalls, backingOffCount, firstRunReport, unreportedCount } = report;
  return {
    ...(guards.length > 0 && { guards }),
    ...(shortfalls.length > 0 && { shortfalls }),
    ...(backingOffCount > 0 && { backingOff: backingOffCount }),
    ...(unreportedCount !== null && unreportedCount > 0 && { unreported: unreportedCount }),
    ...(firstRunReport && { firstRunReport }),
  };
}
