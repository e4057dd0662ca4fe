import type { WorkerBeat } from "@caretaker/health";
import type { StoredReport, TargetReports } from "@caretaker/redis-store";
import type { CheckStatus, LastRun, StatusReport, TargetStatus } from "./status-report.js";

/** What a report is made of, whoever was asked. */
export interface StatusContent extends Omit<StatusReport, "targets"> {
  readonly targets: readonly TargetContent[];
}

/** A target as the store or the API tells of it. */
export type TargetContent = Omit<TargetStatus, "lastRun"> & Pick<TargetReports, "reports">;

/** The report: nothing in it that the content has besides. */
export function toStatusReport({ source, nowMs, verdict, code, storeReachable, ...rest }: StatusContent): StatusReport {
  return {
    source,
    nowMs: Math.round(nowMs),
    verdict,
    code,
    storeReachable,
    checks: rest.checks.map(toCheckStatus),
    workers: rest.workers.map(toWorkerStatus),
    targets: rest.targets.map(toTargetStatus),
  };
}

function toCheckStatus(check: CheckStatus): CheckStatus {
  const { name, host, state, freshness, code, contribution, counted, pending, measures, critical } = check;
  const { ageMs, sinceMs, durationMs } = check;
  return {
    name,
    host,
    state,
    freshness,
    code,
    contribution,
    counted,
    critical,
    pending,
    measures,
    ageMs: ageMs === null ? null : Math.round(ageMs),
    sinceMs,
    durationMs,
  };
}

function toWorkerStatus({ id, host, pid, version, startedAtMs, beatAtMs, lastRunAtMs }: WorkerBeat): WorkerBeat {
  return { id, host, pid, version, startedAtMs, beatAtMs, lastRunAtMs };
}

function toTargetStatus({ target, schedule, nextRunAtMs, running, reports }: TargetContent): TargetStatus {
  const [newest] = reports;
  const lastRun = newest === undefined ? null : toLastRun(newest);
  return { target, schedule, nextRunAtMs, running: running === null ? null : toRunning(running), lastRun };
}

function toRunning({ runId, startedAtMs, done, of }: NonNullable<TargetStatus["running"]>): TargetStatus["running"] {
  return { runId, startedAtMs, done, of };
}

/** A report is stored as JSON of whatever version ran: nothing about it is taken for granted. */
function toLastRun(report: StoredReport): LastRun {
  const { runId, outcome, dryRun, finishedAtMs, deletedCount, bytesFreed } = report;
  return {
    runId,
    outcome: typeof outcome === "string" ? outcome : null,
    dryRun: typeof dryRun === "boolean" ? dryRun : null,
    finishedAtMs: numberOrNull(finishedAtMs),
    deletedCount: numberOrNull(deletedCount),
    bytesFreed: numberOrNull(bytesFreed),
  };
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
