import type { CleanupPlan } from "../cleanup-plan.js";
import type { CleanupJournal, ClockEvidence } from "../journal.js";
import type { TargetLock } from "../lock.js";
import type { RetentionLog } from "../log.js";
import type { Safety } from "../safety.js";
import type { Step } from "../step.js";
import type { RunProgress } from "./run-progress.js";

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
  /** Hears of every step forward; whoever listens does so no more often than it likes to. */
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Hears of the plan once it was judged and is in the journal, before anything is done about it. */
  readonly onPlan?: ((plan: CleanupPlan) => void) | undefined;
  /** The id of the only plan that may be applied, if the guards allow it: what somebody was shown. Default: any. */
  readonly onlyPlanId?: string | undefined;
  /**
   * The id of the plan that somebody has read and wants applied, whatever the guards say of it; with any other plan
   * the run is refused. Default: none, and the guards decide.
   */
  readonly confirmPlanId?: string | undefined;
  /** How far this machine's clock is ahead of the store's, in ms; `null`, the default, when nobody has compared them. */
  readonly clockOffsetMs?: number | null | undefined;
  /** What tells a jump of the clock; default this machine's own. */
  readonly readClock?: (() => ClockEvidence) | undefined;
  /** Default `handles` where the system has them. */
  readonly safety?: Safety | undefined;
  /** Directories a root must not be or contain, for example the data directory. */
  readonly forbiddenRoots?: readonly string[] | undefined;
  /** Called after each step of taking a session: a test's way to end the process right there. */
  readonly onStep?: ((step: Step) => void) | undefined;
}
