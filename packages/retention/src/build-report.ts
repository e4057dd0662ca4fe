import type { CleanupPlan } from "./cleanup-plan.js";
import { countEntries, totalOf } from "./count-entries.js";
import { PlanRefusedError, RootRefusedError, TrashRefusedError } from "./errors.js";
import { type CleanupReport, type Failure, MAX_REPORTED_IDS, type RunOutcome } from "./report.js";
import type { RunState } from "./run-state.js";

/** What a run did, in numbers and at most {@link MAX_REPORTED_IDS} ids of a kind. */
export function buildReport(state: RunState, finishedAtMs: number): CleanupReport {
  const { target, options, startedAtMs, plan } = state;
  const { runId, dryRun, reason } = options;
  const failed = failuresOf(state);
  const partial = state.stopped === true || state.applied?.partial === true;
  return {
    target: target.name,
    runId,
    planId: plan?.id ?? null,
    dryRun,
    reason,
    outcome: outcomeOf(state, { partial, hasFailures: failed.length > 0 }),
    error: describeError(state.error),
    partial,
    startedAtMs,
    finishedAtMs,
    ...countsOf(state),
    ...sessionsOf(state),
    failed: failed.slice(0, MAX_REPORTED_IDS),
    failedCount: failed.length,
    bytesFreed: resultsOf(state).reduce((sum, { bytesFreed }) => sum + bytesFreed, 0),
  };
}

function failuresOf(state: RunState): Failure[] {
  const failed = (state.applied?.results ?? []).filter(({ result }) => result !== "deleted");
  // A claim a crash had interrupted before it began is not a failure, nor is one that was finished now.
  const stuck = (state.settled?.results ?? []).filter(({ result }) => result === "in_trash");
  const unfinished = [...stuck, ...failed].map(({ id, code }): Failure => ({ id, code }));
  return [...unfinished, ...(state.settled?.leftovers ?? [])];
}

function resultsOf({ settled, applied }: RunState) {
  return [...(settled?.results ?? []), ...(applied?.results ?? [])];
}

function outcomeOf({ busy, error }: RunState, run: { partial: boolean; hasFailures: boolean }): RunOutcome {
  if (busy === true) return "busy";
  if (isRefusal(error)) return "refused";
  if (error !== undefined || run.hasFailures) return "failed";
  return run.partial ? "partial" : "done";
}

function isRefusal(error: unknown): boolean {
  return error instanceof RootRefusedError || error instanceof TrashRefusedError || error instanceof PlanRefusedError;
}

function describeError(error: unknown): CleanupReport["error"] {
  if (error === undefined) return null;
  const code = typeof error === "object" && error !== null ? (error as { code?: unknown }).code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return { code: typeof code === "string" ? code : "internal", message };
}

function countsOf({ scan, plan }: RunState) {
  const { trash, ...counts } = countEntries(scan?.entries ?? []);
  const candidates = plan?.decisions.filter(({ action }) => action === "delete").length ?? 0;
  return { listed: totalOf({ trash, ...counts }), ...counts, candidates };
}

function sessionsOf({ plan, applied, settled }: RunState) {
  const kept = keptIds(plan);
  const deleted = (applied?.results ?? []).filter(({ result }) => result === "deleted").map(({ id }) => id);
  return {
    kept: kept.slice(-MAX_REPORTED_IDS),
    keptCount: kept.length,
    deleted: deleted.slice(0, MAX_REPORTED_IDS),
    deletedCount: deleted.length,
    settledCount: settled?.results.filter(({ result }) => result === "deleted").length ?? 0,
  };
}

function keptIds(plan: CleanupPlan | undefined): string[] {
  const kept = plan?.decisions.filter(({ action, entry }) => action === "keep" && entry.kind !== "unknown") ?? [];
  return kept.map(({ entry }) => entry.id);
}
