import type { RetentionLog } from "./log.js";
import type { CleanupReport } from "./report.js";
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
  const { target, runId, planId, dryRun, partial, candidates, owned, active, held, unknown, bytesFreed } = report;
  const { keptCount, deletedCount, failedCount, settledCount, startedAtMs, finishedAtMs } = report;
  return {
    target,
    runId,
    planId,
    dryRun,
    partial,
    candidates,
    owned,
    active,
    held,
    kept: keptCount,
    deleted: deletedCount,
    failed: failedCount,
    settled: settledCount,
    unknown,
    bytesFreed,
    seconds: (finishedAtMs - startedAtMs) / 1_000,
    keptIds: report.kept,
    deletedIds: report.deleted,
    failures: report.failed,
  };
}
