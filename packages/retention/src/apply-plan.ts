import type { Candidate, CleanupPlan } from "./cleanup-plan.js";
import { PlanRefusedError, ReadOnlyError } from "./errors.js";
import { isSameDirectory } from "./identity.js";
import type { CleanupJournal } from "./journal.js";
import { type OpenRoot, openRoot } from "./open-root.js";
import { isOutOfDate } from "./out-of-date.js";
import { planIdSteps } from "./plan-id.js";
import { MAX_REPORTED_IDS } from "./report.js";
import { readRootIdentity } from "./root-identity.js";
import { checkRunId } from "./run-id.js";
import type { Safety } from "./safety.js";
import type { ClaimResult, SessionResult } from "./session-result.js";
import { createSessionTally, type OpenTally, type SessionTally } from "./session-tally.js";
import type { Step } from "./step.js";
import { MAX_BATCH, type TakeContext, takeBatch } from "./take-batch.js";
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
    return await takeAll(createTaking(plan, { options, open, workers }));
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

interface Taking {
  readonly plan: CleanupPlan;
  readonly options: ApplyOptions;
  readonly context: TakeContext;
  readonly tally: OpenTally;
}

function createTaking(plan: CleanupPlan, { options, open, workers }: Opened): Taking {
  const { target, runId, journal, nowMs, signal, onStep } = options;
  const progress = createProgress(plan.candidates.length, options.onProgress);
  const isOver = () => signal?.aborted === true || isLate(options);
  const context = { target, planId: plan.id, runId, open, workers, journal, nowMs, signal, isOver, onStep };
  return { plan, options, context: { ...context, onEnd: progress }, tally: createSessionTally(MAX_REPORTED_IDS) };
}

type Opened = { readonly options: ApplyOptions; readonly open: OpenRoot; readonly workers: TreeWorkers };

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

// One may be a mistake of that moment; a file system that says it again takes nothing from anybody.
const READ_ONLY_LIMIT = 2;

async function takeAll({ plan, options, context, tally }: Taking): Promise<ApplyResult> {
  let readOnlyCount = 0;
  const remaining = plan.candidates[Symbol.iterator]();
  const end = (partial: boolean, error: unknown = null): ApplyResult => ({ sessions: tally, partial, error });
  for (;;) {
    const batch = context.isOver() ? [] : takeNext(remaining, batchSize(tally, options.target));
    if (batch.length === 0) return end(countOf(tally) < plan.candidates.length);
    try {
      const results = await takeBatch(batch, context);
      note(results, { tally, onResult: options.onResult });
      if (results.length < batch.length || results.some(({ code }) => code === "interrupted")) return end(true);
      readOnlyCount += results.filter(({ code }) => code === "read_only").length;
    } catch (error) {
      return end(true, error);
    }
    if (readOnlyCount >= READ_ONLY_LIMIT) return end(true, new ReadOnlyError(plan.root.path));
  }
}

type Noting = Pick<Taking, "tally"> & Pick<ApplyOptions, "onResult">;

function note(results: readonly SessionResult[], { tally, onResult }: Noting): void {
  for (const result of results) {
    tally.add(result);
    onResult?.(result);
  }
}

function takeNext(remaining: Iterator<Candidate>, count: number): Candidate[] {
  const batch: Candidate[] = [];
  while (batch.length < count) {
    const next = remaining.next();
    if (next.done === true) break;
    batch.push(next.value);
  }
  return batch;
}

// Only what was taken counts: a session that fails every time must not use up the budget of all the others.
function batchSize({ deletedCount, trashedCount }: SessionTally, { maxPerRun }: RetentionTarget): number {
  return maxPerRun === null ? MAX_BATCH : Math.min(MAX_BATCH, maxPerRun - deletedCount - trashedCount);
}

function countOf({ deletedCount, trashedCount, failedCount, skippedCount }: SessionTally): number {
  return deletedCount + trashedCount + failedCount + skippedCount;
}
