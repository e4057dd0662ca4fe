import { readClockEvidence } from "../clock-evidence.js";
import { canUseHandles } from "../directory/can-use-handles.js";
import { SILENT } from "../log.js";
import type { CleanupReport } from "../report.js";
import { readDiskSpace } from "../root/disk-space.js";
import { validateRoot } from "../root/validate-root.js";
import type { RetentionTarget } from "../target.js";
import { buildReport } from "./build-report.js";
import { applyRun, settleRun } from "./run-deletions.js";
import { checkRunId } from "./run-id.js";
import { logFinish, logStart } from "./run-log.js";
import type { RunOptions } from "./run-options.js";
import { planRun, readStanding, refuseRun } from "./run-plan.js";
import { markRoot } from "./run-root-marker.js";
import type { RunState } from "./run-state.js";

/**
 * One run of one target: settle what a crash left, scan, plan, ask the guards, and unless dry, apply; logged,
 * journaled, reported.
 *
 * Whatever goes wrong on disk, with the lock or with the journal is in the report, so that a run always tells how it
 * ended.
 *
 * @throws {@link InvalidRunIdError} only.
 */
export async function runCleanup(target: RetentionTarget, options: RunOptions): Promise<CleanupReport> {
  checkRunId(options.runId);
  const log = options.log ?? SILENT;
  const state = startState(target, options);
  logStart(log, state);
  await record(state, () => runJournaled(state));
  await record(state, () => lookAtDisk(state));
  const report = buildReport(state, options.nowMs());
  await record(state, () => journalFinish(state, report));
  // Built anew, because the journal may have failed at the very end.
  const told = buildReport(state, report.finishedAtMs);
  logFinish(log, { report: told, error: state.error });
  return told;
}

function startState(target: RetentionTarget, options: RunOptions): RunState {
  const { nowMs, readClock = readClockEvidence, safety = canUseHandles() ? "handles" : "path" } = options;
  return { target, options, startedAtMs: nowMs(), clock: readClock(), safety };
}

/** Runs one part; the first thing that ends the run is what its report names. */
async function record(state: RunState, part: () => void | Promise<void>): Promise<void> {
  try {
    await part();
  } catch (error) {
    if (state.options.signal?.aborted === true && error === state.options.signal.reason) state.stopped = true;
    else state.error ??= error;
  }
}

async function runJournaled(state: RunState): Promise<void> {
  const { target, options, startedAtMs, safety } = state;
  const { runId, dryRun, reason, forbiddenRoots = [] } = options;
  const about = { atMs: startedAtMs, runId, target: target.name };
  await options.journal.append({ type: "run_started", ...about, root: target.root, dryRun, reason });
  await validateRoot(target, { forbiddenRoots, safety });
  return dryRun ? runDry(state) : runLocked(state);
}

async function runDry(state: RunState): Promise<void> {
  await readStanding(state);
  await planRun(state);
  refuseRun(state);
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
  const standing = await readStanding(state);
  // A plan that may yet be refused, or that only reports, comes before anything is touched, the trash included.
  if (standing === "trusted") await settleRun(state);
  state.options.signal?.throwIfAborted();
  const plan = await planRun(state);
  refuseRun(state);
  await markRoot(state);
  if (state.firstRunReport === true) return;
  if (state.settled === undefined) await settleRun(state);
  await applyRun(state, plan);
}

function lookAtDisk(state: RunState): void {
  if (state.plan !== undefined) state.disk = readDiskSpace(state.plan.root.path);
}

async function journalFinish({ target, options }: RunState, report: CleanupReport): Promise<void> {
  const about = { atMs: report.finishedAtMs, runId: options.runId, target: target.name };
  await options.journal.append({ type: "run_finished", ...about, report });
}
