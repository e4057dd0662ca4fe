import { setTimeout as delay } from "node:timers/promises";
import { type CheckDefinition, type CheckRun, runCheck } from "@caretaker/health";
import { InterruptedError } from "../errors.js";

/** How the checks are run. */
export interface RunChecksOptions {
  /** Ends the running ones and starts no more. */
  readonly signal: AbortSignal;
  /** A clock that never goes back, in ms. */
  readonly monotonicMs: () => number;
  /** Told after each run of how many there are. */
  readonly onDone: (done: number) => void;
}

/** A check and how its one run ended. */
export interface FinishedCheck {
  readonly check: CheckDefinition;
  readonly run: CheckRun;
}

// Enough that one that hangs delays few, and few enough not to measure how the checks get in each other's way.
const AT_ONCE = 8;

/** How long a check whose outcome is known may take to end what it started: a killed process has to be reaped. */
const SETTLE_MS = 1_000;

/**
 * Runs each check once, some at a time, in order; every timeout is enforced by the health core's own runner.
 *
 * @throws {@link InterruptedError} if the signal aborts, once the checks that ran had time to clean up.
 */
export async function runChecks(
  checks: readonly CheckDefinition[],
  options: RunChecksOptions,
): Promise<readonly FinishedCheck[]> {
  const finished: (FinishedCheck | undefined)[] = [];
  const waiting = checks.entries();
  let done = 0;
  const workOff = async () => {
    for (const [index, check] of waiting) {
      if (options.signal.aborted) return;
      finished[index] = { check, run: await runCheck(check, options) };
      done += 1;
      options.onDone(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workOff));
  const all = finished.filter((one) => one !== undefined);
  await settle(all);
  if (options.signal.aborted) throw new InterruptedError();
  return all;
}

async function settle(finished: readonly FinishedCheck[]): Promise<void> {
  const over = new AbortController();
  const all = Promise.all(finished.map(({ run }) => run.settled));
  await Promise.race([all, delay(SETTLE_MS, undefined, { signal: over.signal })]);
  over.abort();
}
