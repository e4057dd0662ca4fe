import type { DiskSpace } from "./classified-entry.js";
import type { Shortfall } from "./cleanup-plan.js";
import type { GuardRefusal } from "./guards/guard.js";
import type { ClockEvidence } from "./journal.js";
import type { Safety } from "./safety.js";

/** How a run ended: `failed` when anything could not be deleted, `partial` when it stopped early, otherwise `done`. */
export type RunOutcome = "done" | "partial" | "failed" | "busy" | "refused";

/** One entry a run did not deal with, by its name, and the code of why. */
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
  /** The code of what stopped a partial run, for example `cancelled`; `null` for its budget, or when it was not stopped. */
  readonly stoppedBy: string | null;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** The root's own id, from its `.caretaker-root.json`; `null` when the run did not get that far. */
  readonly rootId: string | null;
  readonly clock: ClockEvidence;
  /** The guards that refused the plan: it waits for its confirmation by `planId`. */
  readonly guards: readonly GuardRefusal[];
  /** The first run of a target that is told to report first: nothing was deleted. */
  readonly firstRunReport: boolean;
  /** How files were reached: through directory handles, or by path, which needs a root nobody else can write to. */
  readonly safety: Safety;
  /** Entries of the root, our own among them. */
  readonly listed: number;
  readonly owned: number;
  readonly active: number;
  readonly held: number;
  /** Named like sessions of ours; their markers could decide nothing and were not read. */
  readonly unread: number;
  /** Entries that are not provably ours, counted by reason. */
  readonly unknown: Readonly<Record<string, number>>;
  /** Bytes of what was measured of them. */
  readonly unknownBytes: number;
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
  /** All failures, counted by code. */
  readonly failedByCode: Readonly<Record<string, number>>;
  /** The first 20 candidates left alone because they had changed since the plan, or the run stopped: no failures. */
  readonly skipped: readonly Failure[];
  readonly skippedCount: number;
  readonly skippedByCode: Readonly<Record<string, number>>;
  /** Sessions, in the root and in the trash, whose last tries failed and that are left alone for a while. */
  readonly backingOffCount: number;
  /** Sessions moved to the trash to wait there for `trash.keepFor`; not among `deleted`. */
  readonly trashedCount: number;
  /** Sessions whose time in the trash was over and that are gone now; not among `deleted`. */
  readonly purgedCount: number;
  /** What still waits in the trash when the run ends. */
  readonly inTrash: { readonly count: number; readonly bytes: number };
  /** Marks that the policy's promises do not let the run reach, and by how much. */
  readonly shortfalls: readonly Shortfall[];
  /** The file system at the end of the run; `null` when the run did not get that far. */
  readonly disk: DiskSpace | null;
  /** Sessions an earlier run had claimed and this one finished; not among `deleted`. */
  readonly settledCount: number;
  /**
   * Sessions that earlier runs had deleted and did not live to report, counted once; `null` when the run did not come
   * to settle anything.
   */
  readonly unreportedCount: number | null;
  /** Bytes of allocated blocks of the files removed that had no other link, by this run and for earlier ones. */
  readonly bytesFreed: number;
}

/** At most this many ids of a kind are in a report and a log line. */
export const MAX_REPORTED_IDS = 20;
