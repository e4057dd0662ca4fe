import type { ApplyResult } from "./apply-plan.js";
import type { Scan } from "./classified-entry.js";
import type { CleanupPlan } from "./cleanup-plan.js";
import type { RunOptions } from "./run-options.js";
import type { SettleResult } from "./settle-open-intents.js";
import type { RetentionTarget } from "./target.js";

/** What a run has come to so far; a part that is missing was not reached. */
export interface RunState {
  readonly target: RetentionTarget;
  readonly options: RunOptions;
  readonly startedAtMs: number;
  settled?: SettleResult;
  scan?: Scan;
  plan?: CleanupPlan;
  applied?: ApplyResult;
  /** Somebody else holds the root. */
  busy?: boolean;
  /** The signal ended it before there was a plan. */
  stopped?: boolean;
  /** What refused or ended the run. */
  error?: unknown;
}
