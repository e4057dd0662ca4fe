import type { CheckDefinition } from "@caretaker/health";
import type { Job, Queue } from "bullmq";
import type { WorkerLog } from "../log.js";
import { type CheckJobData, slotOf } from "../queues.js";
import type { WorkBoard } from "../work-board.js";
import { type CheckJobDeps, type CheckJobResult, runCheckJob } from "./run-check-job.js";
import { scheduleRecheck } from "./schedule-recheck.js";

/** What became of each check of a tick, by its name; `outdated` where the tick came too late to run any. */
export type TickResult = "outdated" | Readonly<Record<string, CheckJobResult | "unknown">>;

/** What a tick needs besides the checks it names. */
export interface TickOptions extends Omit<CheckJobDeps, "recheck"> {
  /** Where a check is asked to run again. */
  readonly queue: Queue<CheckJobData>;
  /** The machine the results are true for; `null` for the fleet's queue. */
  readonly host: string | null;
  readonly log: WorkerLog;
  readonly board: WorkBoard;
  /** Hears of each run that was taken to its end. */
  readonly onRun: () => void;
}

/**
 * Runs the checks of a tick, each from its own place after it on and none waiting for another: one that hangs holds up
 * nothing but the end of this job, and the next tick is a job of its own.
 */
export async function runTick(
  job: Pick<Job<CheckJobData>, "id" | "data" | "attemptsStarted">,
  checks: ReadonlyMap<string, CheckDefinition>,
  options: TickOptions,
): Promise<TickResult> {
  // The tick of a worker that died: its successor is already scheduled, and an old tick late is worse than none.
  if (job.attemptsStarted > 1) return "outdated";
  const slotMs = slotOf(job.id) ?? Date.now();
  const runs = Object.entries(job.data.checks).map(async ([name, afterMs]) => {
    const check = checks.get(name);
    if (check === undefined) {
      options.log.warn("tick of a check this worker does not know", { check: name, jobId: job.id });
      return [name, "unknown"] as const;
    }
    await waitUntil(slotMs + afterMs, afterMs);
    return [name, await runOne(check, options)] as const;
  });
  return resultsOf(await Promise.allSettled(runs));
}

// Only when all have ended: the job is under way until then. A store that refused one has most likely refused all.
function resultsOf(runs: readonly PromiseSettledResult<readonly [string, CheckJobResult | "unknown"]>[]): TickResult {
  const results = runs.map((run) => {
    if (run.status === "rejected") throw run.reason;
    return run.value;
  });
  return Object.fromEntries(results);
}

// Never longer than the place is after its tick: the slot may have been set by a clock that is ahead of this one.
async function waitUntil(atMs: number, longestMs: number): Promise<void> {
  const leftMs = Math.min(longestMs, atMs - Date.now());
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}

async function runOne(check: CheckDefinition, options: TickOptions): Promise<CheckJobResult> {
  const { host, queue, board, onRun, signal } = options;
  if (signal.aborted) return "interrupted";
  const recheck: CheckJobDeps["recheck"] = (one, beganAtMs) => scheduleRecheck(queue, one, beganAtMs);
  const key = { check: check.name, host };
  const result = await board.during({ kind: "check", name: check.name }, () =>
    runCheckJob(check, key, { ...options, recheck }),
  );
  onRun();
  return result;
}
