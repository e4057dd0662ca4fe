import type { ApplyResult } from "../apply-plan.js";
import type { DiskSpace, Scan } from "../classified-entry.js";
import type { CleanupPlan } from "../cleanup-plan.js";
import type { GuardRefusal } from "../guards/guard.js";
import type { ClockEvidence, TargetFacts, UnreportedDeletions } from "../journal.js";
import type { PlanTally } from "../plan/plan-tally.js";
import type { RootMarker } from "../root/root-marker.js";
import type { Safety } from "../safety.js";
import type { SettleResult } from "../settle/settle-open-intents.js";
import type { RetentionTarget } from "../target.js";
import type { WaitingInTrash } from "../trash/waiting-in-trash.js";
import type { RunOptions } from "./run-options.js";

/** What a run has come to so far; a part that is missing was not reached. */
export interface RunState {
  readonly target: RetentionTarget;
  readonly options: RunOptions;
  readonly startedAtMs: number;
  readonly clock: ClockEvidence;
  readonly safety: Safety;
  facts?: TargetFacts;
  /** What earlier runs had deleted and did not live to report. */
  unreported?: Omit<UnreportedDeletions, "newest">;
  marker?: RootMarker;
  settled?: SettleResult;
  scan?: Scan;
  plan?: CleanupPlan;
  tally?: PlanTally;
  /** The guards that refuse the plan, unless it was confirmed. */
  guards?: readonly GuardRefusal[];
  /** What refuses the plan, known before anything else can fail: a refused run must never pass for one that failed. */
  refusal?: Error | null;
  firstRunReport?: boolean;
  applied?: ApplyResult;
  /** What waits in the trash, as last counted. */
  inTrash?: WaitingInTrash;
  /** The file system at the end. */
  disk?: DiskSpace;
  /** Somebody else holds the root. */
  busy?: boolean;
  /** The signal ended it before there was a plan. */
  stopped?: boolean;
  /** What ended the run. */
  error?: unknown;
}
