import type { RunningCleanup } from "@caretaker/redis-store";
import type { RunProgress } from "@caretaker/retention";
import { RunCancelledError } from "../errors.js";

/** What watching a run needs. */
export interface RunWatchOptions {
  readonly run: Pick<RunningCleanup, "runId" | "dryRun" | "startedAtMs">;
  readonly nowMs: () => number;
  /** Shows where the run is. */
  readonly show: (running: RunningCleanup) => Promise<void>;
  /** Why the run was cancelled; `null` while it was not. */
  readonly findCancellation: () => Promise<string | null>;
  /** Hears of it once. */
  readonly onCancel: (reason: string) => void;
}

/** Shows a run while it goes on, and hears when it is cancelled. */
export interface RunWatch {
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
  progress(progress: RunProgress): void;
  /** Resolves when nothing more is shown. */
  end(): Promise<void>;
}

const LOOK_EVERY_MS = 500;
const SHOW_EVERY_MS = 1_000;

// Also where nothing moves, as in a long listing: what is not renewed is taken for dead.
const RENEW_EVERY_MS = 5_000;

/** Looks once before the run begins, so that one cancelled while it waited does nothing, and then twice a second. */
export async function watchRun({ run, nowMs, ...options }: RunWatchOptions): Promise<RunWatch> {
  const cancelled = new AbortController();
  let running = startOf(run);
  let isShown = false;
  let last: Promise<void> = Promise.resolve();

  const hearCancellation = async () => {
    if (cancelled.signal.aborted) return;
    const reason = await options.findCancellation();
    if (reason === null) return;
    running = { ...running, cancelling: true };
    isShown = false;
    options.onCancel(reason);
    cancelled.abort(new RunCancelledError(reason));
  };
  const show = async () => {
    const ageMs = nowMs() - running.updatedAtMs;
    if (isShown ? ageMs < RENEW_EVERY_MS : ageMs < SHOW_EVERY_MS && !running.cancelling) return;
    running = { ...running, updatedAtMs: nowMs() };
    isShown = true;
    await options.show(running);
  };
  // Both are asked again soon: while the store is away nobody can cancel, and what is shown there is not needed.
  const look = () => {
    last = last
      .then(hearCancellation)
      .then(show)
      .catch(() => undefined);
    return last;
  };
  await look();
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return {
    signal: cancelled.signal,
    progress: ({ phase, done, total, failed, bytesFreed }) => {
      running = { ...running, phase, done, of: total, failed, bytesFreed };
      isShown = false;
    },
    end: () => {
      clearInterval(timer);
      return last;
    },
  };
}

function startOf(run: RunWatchOptions["run"]): RunningCleanup {
  const nothing = { done: 0, of: 0, failed: 0, bytesFreed: 0 };
  return { ...run, phase: "starting", updatedAtMs: Number.NEGATIVE_INFINITY, ...nothing, cancelling: false };
}
