import { applyPlan, type Progress } from "./apply-plan.js";
import { buildReport } from "./build-report.js";
import type { CleanupPlan } from "./cleanup-plan.js";
import type { RecordedDecision } from "./journal.js";
import { SILENT } from "./log.js";
import { planCleanup } from "./plan-cleanup.js";
import type { CleanupReport } from "./report.js";
import { checkRunId } from "./run-id.js";
import { logFinish, logStart } from "./run-log.js";
import type { RunOptions } from "./run-options.js";
import type { RunState } from "./run-state.js";
import { scan } from "./scan.js";
import { settleOpenIntents } from "./settle-open-intents.js";
import type { RetentionTarget } from "./target.js";
import { validateRoot } from "./validate-root.js";

/**
 * One run of one target: settle what a crash left, scan, plan, and unless dry, apply; logged, journaled, reported.
 *
 * Whatever goes wrong on disk, with the lock or with the journal is in the report, so that a run always tells how it
 * ended.
 *
 * @throws {@link InvalidRunIdError} only.
 */
export async function runCleanup(target: RetentionTarget, options: RunOptions): Promise<CleanupReport> {
  checkRunId(options.runId);
  const log = options.log ?? SILENT;
  const state: RunState = { target, options, startedAtMs: options.nowMs() };
  logStart(log, state);
  await record(state, () => runJournaled(state));
  const report = buildReport(state, options.nowMs());
  await record(state, () => journalFinish(state, report));
  // Built anew, because the journal may have failed at the very end.
  const told = buildReport(state, report.finishedAtMs);
  logFinish(log, { report: told, error: state.error });
  return told;
}

/** Runs one part; the first thing that ends the run is what its report names. */
async function record(state: RunState, part: () => Promise<void>): Promise<void> {
  try {
    await part();
  } catch (error) {
    if (state.options.signal?.aborted === true && error === state.options.signal.reason) state.stopped = true;
    else state.error ??= error;
  }
}

async function runJournaled(state: RunState): Promise<void> {
  const { target, options, startedAtMs } = state;
  const { runId, dryRun, reason } = options;
  const about = { atMs: startedAtMs, runId, target: target.name };
  await options.journal.append({ type: "run_started", ...about, root: target.root, dryRun, reason });
  await validateRoot(target, { forbiddenRoots: options.forbiddenRoots ?? [] });
  if (dryRun) return planRun(state).then(() => {});
  return runLocked(state);
}

async function runLocked(state: RunState): Promise<void> {
  const release = await state.options.lock.acquire(state.target);
  if (release === null) {
    state.busy = true;
    return;
  }
  try {
    await settleAndApply(state);
  } finally {
    await release();
  }
}

async function settleAndApply(state: RunState): Promise<void> {
  const { target, options, startedAtMs } = state;
  state.settled = await settleOpenIntents(target, options);
  options.signal?.throwIfAborted();
  const plan = await planRun(state);
  const deadlineMs = target.maxSeconds === null ? undefined : startedAtMs + target.maxSeconds * 1_000;
  const onProgress = (progress: Progress) => options.onProgress?.({ phase: "deleting", ...progress });
  const applied = await applyPlan(plan, { ...options, target, deadlineMs, onProgress });
  state.applied = applied;
  if (applied.error !== null) throw applied.error;
}

async function planRun(state: RunState): Promise<CleanupPlan> {
  const { target, options, startedAtMs } = state;
  state.scan = await scan(target, { nowMs: startedAtMs, ...(options.signal && { signal: options.signal }) });
  state.plan = planCleanup(state.scan, target.policy, { nowMs: startedAtMs });
  await journalPlan(state, state.plan);
  return state.plan;
}

async function journalPlan({ target, options }: RunState, plan: CleanupPlan): Promise<void> {
  const about = { atMs: options.nowMs(), runId: options.runId, target: target.name };
  const candidateCount = plan.candidates.length;
  const keptCount = plan.decisions.length - candidateCount;
  await options.journal.append({ type: "run_planned", ...about, planId: plan.id, keptCount, candidateCount });
  const run = { name: target.name, root: target.root, runId: options.runId, atMs: about.atMs };
  await options.journal.recordDecisions(run, recorded(plan));
}

function* recorded({ decisions }: CleanupPlan): Iterable<RecordedDecision> {
  for (const { rule, entry } of decisions) {
    yield { id: entry.id, stampMs: entry.kind === "unknown" ? null : entry.stampMs, rule, bytes: entry.bytes };
  }
}

async function journalFinish({ target, options }: RunState, report: CleanupReport): Promise<void> {
  const about = { atMs: report.finishedAtMs, runId: options.runId, target: target.name };
  await options.journal.append({ type: "run_finished", ...about, report });
}
