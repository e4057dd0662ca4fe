import type { RunName } from "@caretaker/redis-store";
import type { Job } from "bullmq";
import { isScheduled, jobIdOf } from "../queues.js";
import { findRun, type RequestPlaces } from "./asked-run.js";

/** What cancelling came to: it never begins; it ends after the session it is at; it had ended; there is no such run. */
export type CancelResult = "cancelled" | "cancelling" | "ended" | "unknown";

/** Cancels one run, wherever its worker is. */
export async function cancelRun(
  places: RequestPlaces,
  { reason, ...run }: RunName & { readonly reason: string },
): Promise<CancelResult> {
  const asked = await findRun(places, run);
  if (asked === null) return "unknown";
  if (asked.state === "cancelled") return "cancelled";
  if (asked.state !== "waiting" && asked.state !== "active") return "ended";
  // Before anything else: whatever becomes of the job, the worker that takes it sees this first.
  await places.cancellations.cancel(run, reason);
  const job = await places.queue.getJob(jobIdOf(run.runId));
  if (job === undefined) return "cancelled";
  // Whoever asks from now on wants a run that is not cancelled.
  await job.removeDeduplicationKey();
  const canBeRemoved = asked.state === "waiting" && !isScheduled(run.runId);
  return canBeRemoved && (await isRemoved(job)) ? "cancelled" : "cancelling";
}

/** A job that a worker took meanwhile cannot be removed; it will find that it was cancelled. */
function isRemoved(job: Job): Promise<boolean> {
  return job.remove().then(
    () => true,
    () => false,
  );
}
