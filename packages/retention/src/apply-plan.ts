import type { CleanupPlan } from "./cleanup-plan.js";
import { PlanRefusedError } from "./errors.js";
import { isSameDirectory } from "./identity.js";
import type { CleanupJournal } from "./journal.js";
import { isOutOfDate } from "./out-of-date.js";
import { planIdSteps } from "./plan/plan-id.js";
import { MAX_REPORTED_IDS } from "./report.js";
import { type OpenRoot, openRoot } from "./root/open-root.js";
import { readRootIdentity } from "./root/root-identity.js";
import { checkRunId } from "./run/run-id.js";
import type { Safety } from "./safety.js";
import type { ClaimResult, SessionResult } from "./session-result.js";
import { createSessionTally, type SessionTally } from "./session-tally.js";
import type { Step } from "./step.js";
import { takeAll } from "./take/take-all.js";
import type { TakeContext } from "./take/take-context.js";
import type { RetentionTarget } from "./target.js";
import { createTreeWorkers, type TreeWorkers } from "./trash/tree-workers.js";
import { inTurns } from "./turns.js";

/** How far a run is, after each session. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly bytesFreed: number;
}

/** What applying a plan is given; whoever calls it holds the root's lock. */
export interface ApplyOptions {
  readonly target: RetentionTarget;
  readonly runId: string;
  readonly journal: CleanupJournal;
  /** The clock, in ms since the epoch. */
  readonly nowMs: () => number;
  /** No further session is started from this moment on, in ms since the epoch. */
  readonly deadlineMs?: number | undefined;
  /** Default `handles` where the system has them. */
  readonly safety?: Safety | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Hears of every session, oldest first. */
  readonly onResult?: ((result: SessionResult) => void) | undefined;
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** What applying a plan did. */
export interface ApplyResult {
  readonly sessions: SessionTally;
  /** Candidates remain: stopped by the signal, the budget or an error. */
  readonly partial: boolean;
  /** What ended it: what the journal threw, without which nothing may be deleted, or {@link ReadOnlyError}; else `null`. */
  readonly error: unknown;
}

/**
 * Deletes what a plan says, oldest first; a session that cannot be deleted is reported and does not stop the others.
 *
 * @throws {@link PlanRefusedError} when root or policy are not the plan's, {@link RootRefusedError},
 * {@link TrashRefusedError} and {@link InvalidRunIdError}; nothing was touched then.
 */
export async function applyPlan(plan: CleanupPlan, options: ApplyOptions): Promise<ApplyResult> {
  checkRunId(options.runId);
  await refuseStalePlan(plan, options.target);
  const open = openRoot(plan.root.path, options.safety);
  const workers = createTreeWorkers();
  try {
    if (!isSameDirectory(plan.root, open.identity)) refuseOtherRoot(plan, plan.root.path);
    return await takePlanned(plan, { options, open, workers });
  } finally {
    await workers.close();
    open.close();
  }
}

async function refuseStalePlan(plan: CleanupPlan, { root, policy }: RetentionTarget): Promise<void> {
  // Asked before the trash is made: a directory that is not the plan's is left as it is.
  if (plan.root.path !== root || !isSameDirectory(plan.root, readRootIdentity(root))) refuseOtherRoot(plan, root);
  if ((await inTurns(planIdSteps({ ...plan, policy }))) !== plan.id) {
    throw new PlanRefusedError(plan.id, "the policy, or the plan itself, was changed after it was made");
  }
}

function refuseOtherRoot(plan: CleanupPlan, root: string): never {
  throw new PlanRefusedError(plan.id, `it was made for another directory than the one at ${JSON.stringify(root)}`);
}

type Opened = { readonly options: ApplyOptions; readonly open: OpenRoot; readonly workers: TreeWorkers };

async function takePlanned(plan: CleanupPlan, { options, open, workers }: Opened): Promise<ApplyResult> {
  const { target, runId, journal, nowMs, signal, onStep, onResult } = options;
  const { candidates } = plan;
  const tally = createSessionTally(MAX_REPORTED_IDS);
  const isOver = () => signal?.aborted === true || isLate(options);
  const onEnd = createProgress(candidates.length, options.onProgress);
  const context: TakeContext = {
    ...{ target, planId: plan.id, runId, open, workers, journal, nowMs, signal, isOver, onEnd, onStep },
  };
  const { maxPerRun: limit } = target;
  const stop = await takeAll({ candidates, limit, root: plan.root.path, context, tally, onResult });
  return { sessions: tally, partial: stop !== null || countOf(tally) < candidates.length, error: stop?.error ?? null };
}

function isLate({ deadlineMs, nowMs }: ApplyOptions): boolean {
  return deadlineMs !== undefined && nowMs() >= deadlineMs;
}

/** Told of each session as it ends, long before its batch is in the journal. */
function createProgress(total: number, onProgress: ApplyOptions["onProgress"]): (result: ClaimResult) => void {
  let [done, failed, bytesFreed] = [0, 0, 0];
  return ({ result, code, bytesFreed: bytes }) => {
    done += 1;
    failed += isFailure({ result, code }) ? 1 : 0;
    bytesFreed += bytes;
    onProgress?.({ done, total, failed, bytesFreed });
  };
}

function isFailure({ result, code }: Pick<ClaimResult, "result" | "code">): boolean {
  return result === "in_trash" || (result === "kept" && !isOutOfDate(code));
}

function countOf({ deletedCount, trashedCount, failedCount, skippedCount }: SessionTally): number {
  return deletedCount + trashedCount + failedCount + skippedCount;
}
