import type { ClockEvidence, LastRun } from "../journal.js";
import type { RootMarker } from "../root/root-marker.js";
import type { EntryCounts } from "../scan/count-entries.js";

/** What is known before anything in a root is read or touched. */
export interface StandingFacts {
  /** The clock, in ms since the epoch. */
  readonly nowMs: number;
  readonly clock: ClockEvidence;
  /** How far this machine's clock is ahead of the store's, in ms; `null` when nobody has compared them. */
  readonly clockOffsetMs: number | null;
  readonly marker: RootMarker;
  readonly lastRun: LastRun | null;
}

/** What the guards judge a plan by. */
export interface GuardFacts extends StandingFacts {
  readonly counts: Omit<EntryCounts, "caretaker">;
  readonly candidateCount: number;
  /** The target's. */
  readonly maxDeleteRatio: number;
}
