/** How a run ended: `failed` when anything could not be deleted, `partial` when it stopped early, otherwise `done`. */
export type RunOutcome = "done" | "partial" | "failed" | "busy" | "refused";

/** One entry a run could not deal with, by its name, and the code of why. */
export interface Failure {
  readonly id: string;
  readonly code: string;
}

/** What one run did, bounded so that it can be published: the full lists are in the journal. */
export interface CleanupReport {
  readonly target: string;
  readonly runId: string;
  /** `null` when the run ended before there was a plan. */
  readonly planId: string | null;
  readonly dryRun: boolean;
  /** Why the run was asked for. */
  readonly reason: string;
  readonly outcome: RunOutcome;
  /** The code and message of what refused or ended the run; `null` when nothing did. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Candidates remain because the run was stopped or reached its budget. */
  readonly partial: boolean;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** Entries of the root, our own trash included. */
  readonly listed: number;
  readonly owned: number;
  readonly active: number;
  readonly held: number;
  /** Entries that are not provably ours, counted by reason. */
  readonly unknown: Readonly<Record<string, number>>;
  /** Sessions the plan would delete. */
  readonly candidates: number;
  /** The newest 20 of the sessions kept, unknown entries not among them. */
  readonly kept: readonly string[];
  readonly keptCount: number;
  /** The first 20 of the sessions deleted, oldest first. */
  readonly deleted: readonly string[];
  readonly deletedCount: number;
  /** The first 20 failures. */
  readonly failed: readonly Failure[];
  readonly failedCount: number;
  /** Sessions an earlier run had claimed and this one finished; not among `deleted`. */
  readonly settledCount: number;
  /** Bytes of allocated blocks of the files removed that had no other link, by this run and for earlier ones. */
  readonly bytesFreed: number;
}

/** At most this many ids of a kind are in a report and a log line. */
export const MAX_REPORTED_IDS = 20;
