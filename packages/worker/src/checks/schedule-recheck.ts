import type { CheckDefinition } from "@caretaker/health";
import type { Queue } from "bullmq";
import { CHECK_JOB_OPTIONS, type CheckJobData } from "../queues.js";

/** How long after an outcome that may change the state the check runs again. */
function recheckAfterMs({ everyMs }: Pick<CheckDefinition, "everyMs">): number {
  return Math.floor(everyMs / 3);
}

/**
 * Runs a check once more after a third of its interval, because a change of its state is pending.
 *
 * `beganAtMs` is when the run began that asks for it. Its place in the sequence of thirds is the job's id, so that a tick
 * and a re-check which ask within the same third lead to one run, and chains of re-checks never multiply.
 */
export async function scheduleRecheck(
  queue: Queue<CheckJobData>,
  check: Pick<CheckDefinition, "name" | "everyMs">,
  beganAtMs: number,
): Promise<void> {
  const delay = recheckAfterMs(check);
  const third = Math.floor(beganAtMs / delay) + 1;
  const once = { jobId: `recheck-${check.name}-${third}`, delay, removeOnComplete: true, removeOnFail: true };
  await queue.add(check.name, { checks: { [check.name]: 0 } }, { ...CHECK_JOB_OPTIONS, ...once });
}
