import type { Redis } from "ioredis";
import type { Keys } from "./keys.js";

/** Which run of which target. */
export interface RunName {
  readonly target: string;
  readonly runId: string;
}

/** The runs that somebody has cancelled: told by any service, asked by the worker that has the run. */
export interface CleanupCancellations {
  cancel(run: RunName, reason: string): Promise<void>;
  /** Why it was cancelled; `null` if it was not. */
  find(run: RunName): Promise<string | null>;
}

// Longer than a run waits or takes, and long enough to be looked up afterwards.
const KEPT_MS = 7 * 24 * 3_600_000;

/** Keeps them in Redis, each for a week. */
export function createCleanupCancellations(client: Redis, keys: Keys): CleanupCancellations {
  const keyOf = ({ target, runId }: RunName) => keys.cancelledRun(target, runId);
  return {
    cancel: async (run, reason) => {
      await client.set(keyOf(run), reason, "PX", KEPT_MS);
    },
    find: (run) => client.get(keyOf(run)),
  };
}
