import type { RunSums, SessionCount } from "@caretaker/redis-store";
import type { CleanupReport } from "@caretaker/retention";

/** A report as the journal has it: one of an older version lacks what came later. */
export type JournaledReport = Partial<CleanupReport> & Pick<CleanupReport, "runId" | "outcome" | "finishedAtMs">;

/**
 * What a run adds to the target's sums; `null` where it counts for nothing: a dry run, one that found another at work,
 * and one that was asked for by the id of a plan that is out of date, which says nothing of the target.
 */
export function runSums(report: JournaledReport): RunSums | null {
  const { runId, outcome, finishedAtMs, error, planId, guards = [], partial, stoppedBy } = report;
  if (report.dryRun === true || outcome === "busy" || error?.code === STALE_PLAN) return null;
  const isSuccess = outcome === "done" || (outcome === "partial" && partial === true && stoppedBy === null);
  const code = error?.code ?? commonest(report.failedByCode);
  const plan = guards.length > 0 ? (planId ?? null) : null;
  const run = { runId, outcome, finishedAtMs, code, planId: plan, guards };
  return { sessions: sessionCounts(report), freedBytes: report.bytesFreed ?? 0, isSuccess, run };
}

const STALE_PLAN = "ERR_PLAN_STALE";

function sessionCounts(report: JournaledReport): SessionCount[] {
  const { deletedCount = 0, settledCount = 0, unreportedCount, trashedCount = 0, purgedCount = 0 } = report;
  const counts = [
    { outcome: "deleted", reason: "ok", count: deletedCount },
    { outcome: "deleted", reason: "recovered", count: settledCount + (unreportedCount ?? 0) },
    { outcome: "trashed", reason: "ok", count: trashedCount },
    { outcome: "purged", reason: "ok", count: purgedCount },
    ...byCode("failed", report.failedByCode),
    ...byCode("skipped", report.skippedByCode),
  ];
  return counts.filter(({ count }) => count > 0);
}

function byCode(outcome: string, codes: Readonly<Record<string, number>> = {}): SessionCount[] {
  return Object.entries(codes).map(([reason, count]) => ({ outcome, reason, count }));
}

function commonest(codes: Readonly<Record<string, number>> = {}): string | null {
  return Object.entries(codes).toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
