import { type CleanupPlan, type CleanupReport, type RunOptions, runCleanup } from "@caretaker/retention";
import type { CliContext } from "../context.js";
import { InterruptedError, RetentionFailedError } from "../errors.js";
import type { OpenRetention } from "../open-retention.js";
import { createProgress } from "../render/progress.js";
import { describeProgress } from "./describe-progress.js";
import { newRunId } from "./new-run-id.js";

/** What of a run the command decides. */
export type RunChoice = Pick<RunOptions, "dryRun" | "reason" | "onlyPlanId" | "confirmPlanId" | "onPlan">;

const SAY_EVERY_MS = 100;

/** A run as the worker would do it, with its progress on a terminal. */
export async function runTarget(
  { target, journal, lock, forbiddenRoots }: OpenRetention,
  choice: RunChoice,
  { nowMs, signal, stderr }: CliContext,
): Promise<CleanupReport> {
  const progress = createProgress(stderr);
  let saidMs = Number.NEGATIVE_INFINITY;
  const onProgress: RunOptions["onProgress"] = (now) => {
    if (nowMs() - saidMs < SAY_EVERY_MS) return;
    saidMs = nowMs();
    progress.say(describeProgress(now));
  };
  const ports = { journal, lock, forbiddenRoots, nowMs, signal };
  try {
    return await runCleanup(target, { runId: newRunId(nowMs()), ...ports, ...choice, onProgress });
  } finally {
    progress.clear();
  }
}

/** A plan and what the run that made it found. */
export interface MadePlan {
  readonly plan: CleanupPlan;
  readonly report: CleanupReport;
}

/**
 * What a run would do now; changes nothing but the journal.
 *
 * @throws InterruptedError; RetentionFailedError if there could be no plan.
 */
export async function planTarget(open: OpenRetention, reason: string, context: CliContext): Promise<MadePlan> {
  const made: { plan: CleanupPlan | null } = { plan: null };
  const onPlan = (plan: CleanupPlan) => {
    made.plan = plan;
  };
  const report = await runTarget(open, { dryRun: true, reason, onPlan }, context);
  if (report.error !== null) throw new RetentionFailedError(report.error.code, report.error.message);
  if (made.plan === null) throw new InterruptedError();
  return { plan: made.plan, report };
}
