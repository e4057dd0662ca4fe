import type { CleanupJournal } from "../journal.js";
import type { OpenRoot } from "../root/open-root.js";
import type { ClaimResult } from "../session-result.js";
import type { Step } from "../step.js";
import type { RetentionTarget } from "../target.js";
import type { TreeWorkers } from "../trash/tree-workers.js";

/** What taking sessions needs. */
export interface TakeContext {
  readonly target: RetentionTarget;
  readonly planId: string;
  readonly runId: string;
  readonly open: OpenRoot;
  readonly workers: TreeWorkers;
  readonly journal: CleanupJournal;
  /** The clock, in ms since the epoch. */
  readonly nowMs: () => number;
  /** Puts back what is claimed and untouched. */
  readonly signal?: AbortSignal | undefined;
  /** Asked between two sessions: the same as the signal. */
  readonly isOver: () => boolean;
  /** Hears of each session as it ends, before its outcome is in the journal. */
  readonly onEnd: (result: ClaimResult) => void;
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** At most this many sessions share a transaction of the journal, a sidecar and the syncs. */
export const MAX_BATCH = 64;
