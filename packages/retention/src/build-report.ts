import type { CleanupPlan } from "./cleanup-plan.js";
import { countEntries, totalOf } from "./count-entries.js";
import { PlanRefusedError, RootRefusedError, TrashRefusedError } from "./errors.js";
import { type CleanupReport, type Failure, MAX_REPORTED_IDS, type RunOutcome } from "./report.js";
import type { RunState } from "./run-state.js";

/** What a run did, in numbers and at most {@link MAX_REPORTED_IDS} ids of a kind. */
export function buildReport(state: RunState, finishedAtMs: number): CleanupReport {
  const { target, options, startedAtMs, plan } = state;
  const { runId, dryRun, reason } = options;
  const failedCount = failedCountOf(state);
  const partial = state.stopped === true || state.applied?.partial === true;
  return {
    target: target.name,
    runId,
    planId: plan?.id ?? null,
    dryRun,
    reason,
    outcome: outcomeOf(state, { partial, hasFailures: failedCount > 0 }),
    error: describeError(state.error),
    partial,
    startedAtMs,
    finishedAtMs,
    ...countsOf(state),
    ...sessionsOf(state),
    failed: failuresOf(state).slice(0, MAX_REPORTED_IDS),
    failedCount,
    skipped: [...(state.settled?.sessions.skipped ?? []), ...(state.applied?.sessions.skipped ?? [])].slice(
      0,
      MAX_REPORTED_IDS,
    ),
    skippedCount: (state.settled?.sessions.skippedCount ?? 0) + (state.applied?.sessions.skippedCount ?? 0),
    backingOffCount: 0,
    bytesFreed: (state.settled?.sessions.bytesFreed ?? 0) + (state.applied?.sessions.bytesFreed ?? 0),
    unknownBytes: 0,
    shortfalls: plan?.shortfalls ?? [],
    disk: state.scan?.disk ?? null,
    rootId: null,
    clock: { bootId: null, upMs: 0 },
    guards: [],
    firstRunReport: false,
    safety: "path",
  };
}

function failuresOf({ settled, applied }: RunState): Failure[] {
  return [...(settled?.sessions.failed ?? []), ...(applied?.sessions.failed ?? []), ...(settled?.leftovers ?? [])];
}

function failedCountOf({ settled, applied }: RunState): number {
  const leftovers = settled?.leftovers.length ?? 0;
  return (settled?.sessions.failedCount ?? 0) + (applied?.sessions.failedCount ?? 0) + leftovers;
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
  const { caretaker, ...counts } = countEntries(scan?.entries ?? []);
  const candidates = plan?.candidates.length ?? 0;
  return { listed: totalOf({ caretaker, ...counts }), ...counts, candidates };
}

function sessionsOf({ plan, applied, settled }: RunState) {
  return {
    ...keptOf(plan),
    deleted: applied?.sessions.deleted ?? [],
    deletedCount: applied?.sessions.deletedCount ?? 0,
    trashedCount: applied?.sessions.trashedCount ?? 0,
    settledCount: settled?.sessions.deletedCount ?? 0,
    purgedCount: settled?.purgedCount ?? 0,
    inTrash: settled?.inTrash ?? { count: 0, bytes: 0 },
  };
}

function keptOf(plan: CleanupPlan | undefined): { kept: string[]; keptCount: number } {
  const kept: string[] = [];
  let keptCount = 0;
  for (const { action, entry } of plan?.decisions ?? []) {
    if (action === "delete" || entry.kind === "unknown") continue;
    keptCount += 1;
    kept.push(entry.id);
    if (kept.length > MAX_REPORTED_IDS) kept.shift();
  }
  return { kept, keptCount };
}
