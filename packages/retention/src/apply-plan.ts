import { setImmediate } from "node:timers/promises";
import type { CleanupPlan } from "./cleanup-plan.js";
import { PlanRefusedError } from "./errors.js";
import { isSameDirectory } from "./identity.js";
import type { CleanupJournal } from "./journal.js";
import { planIdOf } from "./plan-id.js";
import { MAX_REPORTED_IDS } from "./report.js";
import { readRootIdentity } from "./root-identity.js";
import { checkRunId } from "./run-id.js";
import type { Safety } from "./safety.js";
import { createSessionTally, type SessionTally } from "./session-tally.js";
import type { Step } from "./step.js";
import { type SessionResult, type TakeContext, takeSession } from "./take-session.js";
import type { RetentionTarget } from "./target.js";
import { openTrash } from "./trash/open-trash.js";

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
  /** What the journal threw, which ends a run: without it nothing may be deleted. `null` otherwise. */
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
  refuseStalePlan(plan, options.target);
  const { target, runId, journal, nowMs, onStep = () => {} } = options;
  const trash = openTrash(plan.root.path);
  return takeAll(plan, { options, context: { target, plan, runId, trash, journal, nowMs, onStep } });
}

function refuseStalePlan(plan: CleanupPlan, { root, policy }: RetentionTarget): void {
  if (plan.root.path !== root || !isSameDirectory(plan.root, readRootIdentity(root))) {
    throw new PlanRefusedError(plan.id, `it was made for another directory than the one at ${JSON.stringify(root)}`);
  }
  if (planIdOf({ ...plan, policy }) !== plan.id) {
    throw new PlanRefusedError(plan.id, "the policy, or the plan itself, was changed after it was made");
  }
}

interface Taking {
  readonly options: ApplyOptions;
  readonly context: TakeContext;
}

async function takeAll(plan: CleanupPlan, { options, context }: Taking): Promise<ApplyResult> {
  const sessions = createSessionTally(MAX_REPORTED_IDS);
  for (const { entry } of plan.candidates) {
    // A small session is taken without ever waiting: without this, thousands of them would hold up the whole process,
    // its checks and its stop signals, until the last one.
    await setImmediate();
    if (isOver(sessions, options)) return { sessions, partial: true, error: null };
    try {
      const result = await takeSession(entry, context);
      sessions.add(result);
      options.onResult?.(result);
    } catch (error) {
      return { sessions, partial: true, error };
    }
    options.onProgress?.(progressOf(sessions, plan.candidates.length));
  }
  return { sessions, partial: false, error: null };
}

// Only what was taken counts: a session that fails every time must not use up the budget of all the others.
function isOver({ deletedCount, trashedCount }: SessionTally, options: ApplyOptions): boolean {
  const { signal, target, deadlineMs, nowMs } = options;
  return (
    signal?.aborted === true ||
    (target.maxPerRun !== null && deletedCount + trashedCount >= target.maxPerRun) ||
    (deadlineMs !== undefined && nowMs() >= deadlineMs)
  );
}

function progressOf(tally: SessionTally, total: number): Progress {
  const { deletedCount, trashedCount, failedCount, skippedCount, bytesFreed } = tally;
  return { done: deletedCount + trashedCount + failedCount + skippedCount, total, failed: failedCount, bytesFreed };
}
