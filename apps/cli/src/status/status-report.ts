import type { CheckEvaluation, Readiness, Verdict, WorkerBeat } from "@caretaker/health";
import type { StoredReport, TargetReports } from "@caretaker/redis-store";

/** One check as the status tells it, the same whether the store was read or an API was asked. */
export interface CheckStatus
  extends Pick<
    CheckEvaluation,
    | "name"
    | "host"
    | "state"
    | "freshness"
    | "code"
    | "contribution"
    | "counted"
    | "pending"
    | "measures"
    | "ageMs"
    | "sinceMs"
    | "durationMs"
  > {
  readonly critical: boolean;
}

/** How the newest run of a target ended; what a version that wrote another report did not tell is `null`. */
export interface LastRun {
  readonly runId: string;
  readonly outcome: string | null;
  readonly dryRun: boolean | null;
  readonly finishedAtMs: number | null;
  readonly deletedCount: number | null;
  readonly bytesFreed: number | null;
}

/** One retention target and its newest run; `null` before the first. */
export interface TargetStatus extends Omit<TargetReports, "reports"> {
  readonly lastRun: LastRun | null;
}

/** What `caretaker status` tells. Times in ms, Redis server time. */
export interface StatusReport {
  /** What was asked, without anything secret of its address. */
  readonly source: string;
  readonly nowMs: number;
  readonly verdict: Verdict;
  /** Why the verdict is not what the checks say; `null` where they decide. */
  readonly code: Readiness["code"];
  readonly storeReachable: boolean;
  readonly checks: readonly CheckStatus[];
  readonly workers: readonly WorkerBeat[];
  readonly targets: readonly TargetStatus[];
}

/** What a report is made of, whoever was asked. */
export interface StatusContent extends Omit<StatusReport, "targets"> {
  readonly targets: readonly TargetReports[];
}

/** The report: nothing in it that the content has besides. */
export function statusReport({ source, nowMs, verdict, code, storeReachable, ...rest }: StatusContent): StatusReport {
  return {
    source,
    nowMs: Math.round(nowMs),
    verdict,
    code,
    storeReachable,
    checks: rest.checks.map(toCheckStatus),
    workers: rest.workers,
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

function toTargetStatus({ reports, ...status }: TargetReports): TargetStatus {
  const [newest] = reports;
  return { ...status, lastRun: newest === undefined ? null : toLastRun(newest) };
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
