import {
  type BegunRun,
  type CheckDefinition,
  type CheckKey,
  type CheckRun,
  type CheckStore,
  failed,
  next,
  type Outcome,
  runCheck,
} from "@caretaker/health";
import type { TransitionLog } from "./transition-log.js";

/** What a tick came to. */
export type CheckJobResult = "published" | "superseded" | "busy" | "interrupted";

/** What a tick needs besides its check. */
export interface CheckJobDeps {
  readonly store: CheckStore;
  readonly transitions: TransitionLog;
  readonly monotonicMs: () => number;
  /** Runs the check again soon, since a change of its state is pending; `beganAtMs` is this run's start, Redis time. */
  readonly recheck: (check: CheckDefinition, beganAtMs: number) => Promise<void>;
  /** Aborts when the worker stops: the run ends without a result, since it says nothing about the dependency. */
  readonly signal: AbortSignal;
}

/** How much longer than the timeout a run may hold its lease: the time to publish, and to be found dead soon after. */
const LEASE_MARGIN_MS = 250;

/** One tick of one check: begin, run, next state, publish. */
export async function runCheckJob(check: CheckDefinition, key: CheckKey, deps: CheckJobDeps): Promise<CheckJobResult> {
  const begun = await deps.store.begin(key, check.timeoutMs + LEASE_MARGIN_MS);
  if (begun.kind === "busy") return "busy";
  const job: Job = { check, key, run: begun.run, deps };
  if (begun.kind === "hung") return publish(job, { outcome: failed("timeout", check.timeoutMs), hungForMs: null });
  const run = await runCheck(check, deps);
  if (run.interrupted) {
    await deps.store.release(key, begun.run.fence);
    return "interrupted";
  }
  return run.outcome.code === "timeout" ? publishHung(job, run) : publish(job, { ...run, hungForMs: null });
}

interface Job {
  readonly check: CheckDefinition;
  readonly key: CheckKey;
  readonly run: BegunRun;
  readonly deps: CheckJobDeps;
}

/** Publishes the timeout, and holds the lease until the check's function has really ended, so that it never overlaps itself. */
async function publishHung(job: Job, run: CheckRun): Promise<CheckJobResult> {
  const { check, key, deps } = job;
  const hungForMs = 2 * check.everyMs;
  const result = await publish(job, { ...run, hungForMs });
  // A store that is away lets the lease run out; the next renewal or tick finds that by itself.
  const renew = () => deps.store.release(key, job.run.fence, hungForMs).catch(() => undefined);
  // A stopping worker lets the lease run out; its process must not wait for a function that will not end.
  const renewal = setInterval(renew, check.everyMs).unref();
  deps.signal.addEventListener("abort", () => clearInterval(renewal), { once: true });
  void run.settled.then(() => {
    clearInterval(renewal);
    return deps.store.release(key, job.run.fence).catch(() => undefined);
  });
  return result;
}

interface Result {
  readonly outcome: Outcome;
  readonly error?: unknown;
  readonly hungForMs: number | null;
}

async function publish({ check, key, run, deps }: Job, { outcome, error, hungForMs }: Result): Promise<CheckJobResult> {
  const { fence, previous } = run;
  const progress = next(previous, outcome, check);
  const runId = `${key.check}.${fence}`;
  const result = await deps.store.publish({ key, fence, runId, progress, outcome, previous, hungForMs });
  if (result !== "published") return result;
  deps.transitions.published({ key, from: previous?.state ?? "unknown", to: progress.state, outcome, runId, error });
  // A fence is the store's time in µs.
  if (progress.pending !== null) await deps.recheck(check, Number(fence) / 1_000);
  return result;
}
