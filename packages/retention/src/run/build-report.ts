import { GuardedError, PlanRefusedError, RootRefusedError, StalePlanError, TrashRefusedError } from "../errors.js";
import { type CleanupReport, MAX_REPORTED_IDS, type RunOutcome } from "../report.js";
import type { RunState } from "./run-state.js";

/** What a run did, in numbers and at most {@link MAX_REPORTED_IDS} ids of a kind. */
export function buildReport(state: RunState, finishedAtMs: number): CleanupReport {
  const { target, options, startedAtMs, clock, safety, plan } = state;
  const { runId, dryRun, reason } = options;
  const partial = state.stopped === true || state.applied?.partial === true;
  const deletions = deletionsOf(state);
  return {
    target: target.name,
    runId,
    planId: plan?.id ?? null,
    dryRun,
    reason,
    outcome: outcomeOf(state, { partial, hasFailures: deletions.failedCount > 0 }),
    error: describeError(state.refusal ?? state.error),
    partial,
    stoppedBy: partial ? stoppedBy(options.signal) : null,
    startedAtMs,
    finishedAtMs,
    rootId: state.marker?.status === "ours" ? state.marker.rootId : null,
    clock,
    guards: state.guards ?? [],
    firstRunReport: plan !== undefined && state.firstRunReport === true,
    safety,
    ...decisionsOf(state),
    ...deletions,
    disk: state.disk ?? state.scan?.disk ?? null,
  };
}

/** What the signal's reason calls itself; `aborted` where it has no code of its own. */
function stoppedBy(signal: AbortSignal | undefined): string | null {
  if (signal?.aborted !== true) return null;
  const { code } = Object(signal.reason) as { code?: unknown };
  return typeof code === "string" ? code : "aborted";
}

function outcomeOf({ busy, refusal, error }: RunState, run: { partial: boolean; hasFailures: boolean }): RunOutcome {
  if (busy === true) return "busy";
  if (refusal || isRefusal(error)) return "refused";
  if (error !== undefined || run.hasFailures) return "failed";
  return run.partial ? "partial" : "done";
}

const REFUSALS = [RootRefusedError, TrashRefusedError, PlanRefusedError, GuardedError, StalePlanError];

function isRefusal(error: unknown): boolean {
  return REFUSALS.some((refusal) => error instanceof refusal);
}

function describeError(error: unknown): CleanupReport["error"] {
  if (error === undefined) return null;
  const code = typeof error === "object" && error !== null ? (error as { code?: unknown }).code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return { code: typeof code === "string" ? code : "internal", message };
}

function decisionsOf({ scan, plan, tally }: RunState) {
  const { counts, ...kept } = tally ?? NOTHING_COUNTED;
  const candidates = plan?.candidates.length ?? 0;
  return { listed: scan?.entries.length ?? 0, ...counts, candidates, ...kept, shortfalls: plan?.shortfalls ?? [] };
}

const NOTHING_COUNTED = {
  counts: { owned: 0, active: 0, held: 0, unread: 0, unknown: {} },
  unknownBytes: 0,
  kept: [],
  keptCount: 0,
  backingOffCount: 0,
};

function deletionsOf({ settled, applied, tally, inTrash, unreported }: RunState) {
  const [before, now] = [settled?.sessions, applied?.sessions];
  const leftovers = settled?.leftovers ?? [];
  return {
    deleted: now?.deleted ?? [],
    deletedCount: now?.deletedCount ?? 0,
    failed: [...(before?.failed ?? []), ...(now?.failed ?? []), ...leftovers].slice(0, MAX_REPORTED_IDS),
    failedCount: (before?.failedCount ?? 0) + (now?.failedCount ?? 0) + leftovers.length,
    failedByCode: sumByCode([before?.failedByCode, now?.failedByCode, ...leftovers.map(({ code }) => ({ [code]: 1 }))]),
    skipped: [...(before?.skipped ?? []), ...(now?.skipped ?? [])].slice(0, MAX_REPORTED_IDS),
    skippedCount: (before?.skippedCount ?? 0) + (now?.skippedCount ?? 0),
    skippedByCode: sumByCode([before?.skippedByCode, now?.skippedByCode]),
    trashedCount: now?.trashedCount ?? 0,
    purgedCount: settled?.purgedCount ?? 0,
    inTrash: inTrash ?? { count: 0, bytes: 0 },
    backingOffCount: (tally?.backingOffCount ?? 0) + (settled?.backingOffCount ?? 0),
    settledCount: before?.deletedCount ?? 0,
    unreportedCount: unreported?.count ?? null,
    bytesFreed: (before?.bytesFreed ?? 0) + (now?.bytesFreed ?? 0) + (unreported?.bytesFreed ?? 0),
  };
}

function sumByCode(parts: readonly (Readonly<Record<string, number>> | undefined)[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const part of parts)
    for (const [code, count] of Object.entries(part ?? {})) sums[code] = (sums[code] ?? 0) + count;
  return sums;
}
