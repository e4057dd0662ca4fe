import { type CleanupReport, type RestoreResult, restoreSession, runCleanup } from "@caretaker/retention";
import type { Job } from "bullmq";
import { type CleanupJobData, type RestoreJobData, type RunJobData, runIdOf } from "../queues.js";
import type { CleanupRunnerOptions } from "./cleanup-runner.js";
import { type RestoreAnswer, toRestoreAnswer } from "./restore-answer.js";
import { type RunWatch, watchRun } from "./run-watch.js";
import type { TargetTeller } from "./target-teller.js";

/** What doing a target's jobs needs. */
export interface CleanupJobsOptions extends CleanupRunnerOptions {
  readonly teller: TargetTeller;
}

/** Does what was asked of a target; what that came to is the job's answer. */
export async function doCleanupJob(
  options: CleanupJobsOptions,
  job: Job<CleanupJobData>,
): Promise<CleanupReport["outcome"] | RestoreAnswer | "told"> {
  await endDeduplication(options, job);
  const runId = runIdOf(job.id);
  if ("restore" in job.data) return restore(options, { runId, ...job.data });
  // The queue did not hear of its end, because its worker died or the store was away: the next run does what has become
  // due since.
  if (job.attemptsStarted > 1 && (await hasEnded(options, runId))) return "told";
  return run(options, { runId, ...job.data });
}

/** By the journal first: while the store is away, nobody can be told or asked. A run that is done again finds nothing due. */
async function hasEnded({ teller, journal }: CleanupJobsOptions, runId: string): Promise<boolean> {
  return (await journal.finishedReport(runId)) !== null || (await teller.hasTold(runId).catch(() => false));
}

// A hundred requests in a second are one run, however fast that is; one that is asked for later must see what is new.
const ASKED_TOGETHER_MS = 1_000;

/** A store that is away at that moment must not cost the run: then it ends with the run. */
async function endDeduplication(options: CleanupJobsOptions, job: Job<CleanupJobData>): Promise<void> {
  const { deduplicationId } = job;
  if (deduplicationId !== undefined) await endTogether(options, job, deduplicationId).catch(() => undefined);
}

async function endTogether({ queue, store }: CleanupJobsOptions, job: Job, deduplicationId: string): Promise<void> {
  const leftMs = job.timestamp + ASKED_TOGETHER_MS - Date.now();
  if (leftMs <= 0) await job.removeDeduplicationKey();
  // The queue lets a key that expires outlive its job.
  else await store.pexpire(queue.toKey(`de:${deduplicationId}`), Math.min(leftMs, ASKED_TOGETHER_MS));
}

type Named<T> = T & { readonly runId: string };

async function run(options: CleanupJobsOptions, asked: Named<RunJobData>): Promise<CleanupReport["outcome"]> {
  const { target, log, nowMs, journal, lock, signal, forbiddenRoots, teller } = options;
  const watch = await watchOver(options, asked);
  try {
    const report = await runCleanup(target, {
      ...asked,
      nowMs,
      clockOffsetMs: options.clockOffsetMs(),
      journal,
      lock,
      signal: AbortSignal.any([signal, watch.signal]),
      log,
      forbiddenRoots,
      onProgress: watch.progress,
    });
    await watch.end();
    await teller.ended(report);
    return report.outcome;
  } finally {
    await watch.end();
  }
}

function watchOver(options: CleanupJobsOptions, { runId, dryRun }: Named<RunJobData>): Promise<RunWatch> {
  const { target, log, cancellations, teller } = options;
  // What is shown is read by others: whether it has died, they tell by the store's clock.
  const nowMs = () => options.nowMs() - (options.clockOffsetMs() ?? 0);
  return watchRun({
    run: { runId, dryRun, startedAtMs: nowMs() },
    nowMs,
    show: teller.running,
    findCancellation: () => cancellations.find({ target: target.name, runId }),
    onCancel: (reason) => log.info("cleanup is being cancelled", { target: target.name, runId, reason }),
  });
}

async function restore(options: CleanupJobsOptions, asked: Named<RestoreJobData>): Promise<RestoreAnswer> {
  const { target, log } = options;
  const { runId, reason, restore: session } = asked;
  const about = { target: target.name, runId, session, reason };
  try {
    const result = await tryRestore(options, asked);
    const answer = toRestoreAnswer(result);
    if (result.status === "restored") log.info("session restored", { ...about, pinnedUntilMs: result.pinnedUntilMs });
    else log.warn("session not restored", { ...about, code: result.code, why: result.why });
    return answer;
  } catch (error) {
    log.error("session not restored", { ...about, error });
    const { code } = Object(error) as { code?: unknown };
    const why = error instanceof Error ? error.message : String(error);
    return { status: "failed", code: typeof code === "string" ? code : "internal", why, pinnedUntilMs: null };
  }
}

function tryRestore(options: CleanupJobsOptions, asked: Named<RestoreJobData>): Promise<RestoreResult> {
  const { target, nowMs, journal, lock } = options;
  const { runId, reason, restore: session } = asked;
  return restoreSession(target, { session, runId, reason, journal, lock, nowMs });
}
