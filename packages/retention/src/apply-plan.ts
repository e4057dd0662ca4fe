import { setImmediate } from "node:timers/promises";
import type { CleanupPlan } from "./cleanup-plan.js";
import { PlanRefusedError } from "./errors.js";
import { isSameDirectory } from "./identity.js";
import type { CleanupJournal } from "./journal.js";
import { planIdOf } from "./plan-id.js";
import { readRootIdentity } from "./root-identity.js";
import { checkRunId } from "./run-id.js";
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
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** What applying a plan did, oldest first. */
export interface ApplyResult {
  readonly results: readonly SessionResult[];
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
  const candidates = plan.decisions.flatMap(({ action, entry }) => (action === "delete" ? [entry] : []));
  const tally: Tally = { results: [], deleted: 0, bytesFreed: 0 };
  for (const entry of candidates) {
    // A small session is taken without ever waiting: without this, thousands of them would hold up the whole process,
    // its checks and its stop signals, until the last one.
    await setImmediate();
    if (isOver(tally, options)) return { results: tally.results, partial: true, error: null };
    try {
      add(await takeSession(entry, context), tally);
    } catch (error) {
      return { results: tally.results, partial: true, error };
    }
    options.onProgress?.(progressOf(tally, candidates.length));
  }
  return { results: tally.results, partial: false, error: null };
}

interface Tally {
  readonly results: SessionResult[];
  deleted: number;
  bytesFreed: number;
}

// Only what was deleted counts: a session that fails every time must not use up the budget of all the others.
function isOver({ deleted }: Tally, { signal, target, deadlineMs, nowMs }: ApplyOptions): boolean {
  return (
    signal?.aborted === true ||
    (target.maxPerRun !== null && deleted >= target.maxPerRun) ||
    (deadlineMs !== undefined && nowMs() >= deadlineMs)
  );
}

function add(result: SessionResult, tally: Tally): void {
  tally.results.push(result);
  tally.bytesFreed += result.bytesFreed;
  if (result.result === "deleted") tally.deleted += 1;
}

function progressOf({ results, deleted, bytesFreed }: Tally, total: number): Progress {
  return { done: results.length, total, failed: results.length - deleted, bytesFreed };
}
