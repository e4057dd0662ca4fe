import type { CleanupCancellations, RunName } from "@caretaker/redis-store";
import type { Queue } from "bullmq";
import { type CleanupJobData, isScheduled, jobIdOf } from "../queues.js";
import { type RestoreAnswer, readRestoreAnswer } from "./restore-answer.js";

/** What a target can be asked to do. */
export const RUN_KINDS = ["run", "dry-run", "confirm", "restore"] as const;

/** One of `RUN_KINDS`. */
export type RunKind = (typeof RUN_KINDS)[number];

/** What was asked for under this id; `run` where the id does not say. */
export function runKindOf(runId: string): RunKind {
  return RUN_KINDS.find((kind) => runId.startsWith(`${kind}-`)) ?? "run";
}

/** Where a requested run stands. */
export type RunState = "waiting" | "active" | "completed" | "failed" | "cancelled" | "unknown";

/** Something that was asked of a target. */
export interface AskedRun {
  readonly runId: string;
  readonly kind: RunKind;
  readonly state: Exclude<RunState, "unknown">;
  /** Somebody has cancelled it, and it has not ended yet. */
  readonly cancelling: boolean;
  /** Of a `restore` that was done: how it ended. */
  readonly restored: RestoreAnswer | null;
}

/** Where requests are kept. */
export interface RequestPlaces {
  readonly queue: Queue<CleanupJobData>;
  readonly cancellations: CleanupCancellations;
}

/** What was asked for under this id; `null` for an id that was never given, or long ago. */
export async function findRun({ queue, cancellations }: RequestPlaces, run: RunName): Promise<AskedRun | null> {
  const { runId } = run;
  const jobId = jobIdOf(runId);
  const [job, jobState, cancelled] = await Promise.all([
    queue.getJob(jobId),
    queue.getJobState(jobId),
    cancellations.find(run),
  ]);
  const state = toRunState(jobState, { isScheduled: isScheduled(runId), isCancelled: cancelled !== null });
  if (state === "unknown") return null;
  return {
    runId,
    kind: runKindOf(runId),
    state,
    cancelling: cancelled !== null && (state === "waiting" || state === "active"),
    restored: readRestoreAnswer(job?.returnvalue),
  };
}

type Evidence = { readonly isScheduled: boolean; readonly isCancelled: boolean };

function toRunState(jobState: string, { isScheduled, isCancelled }: Evidence): RunState {
  switch (jobState) {
    case "active":
    case "completed":
    case "failed":
      return jobState;
    case "unknown":
      return isCancelled ? "cancelled" : "unknown";
    case "delayed":
      // The schedule's next run, which is no run before it is due.
      return isScheduled ? "unknown" : "waiting";
    default:
      return "waiting";
  }
}
