import type { Progress } from "./apply-plan.js";
import type { CleanupJournal } from "./journal.js";
import type { TargetLock } from "./lock.js";
import type { RetentionLog } from "./log.js";
import type { Step } from "./step.js";

/** What one run is given. */
export interface RunOptions {
  /** 1 to 64 of `A-Z a-z 0-9 . _ -`; unique per run. */
  readonly runId: string;
  /** `true` stops after the plan: nothing on the target's disk is changed, and no lock is taken. */
  readonly dryRun: boolean;
  /** Why the run was asked for, for example `schedule`. */
  readonly reason: string;
  /** The clock, in ms since the epoch. */
  readonly nowMs: () => number;
  readonly journal: CleanupJournal;
  readonly lock: TargetLock;
  /** Stops the run between two sessions; the report is then partial. */
  readonly signal?: AbortSignal | undefined;
  /** Default silent. */
  readonly log?: RetentionLog | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Directories a root must not be or contain, for example the data directory. */
  readonly forbiddenRoots?: readonly string[] | undefined;
  /** Called after each step of taking a session: a test's way to end the process right there. */
  readonly onStep?: ((step: Step) => void) | undefined;
}
