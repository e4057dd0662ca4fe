import type { CleanupJournal } from "./journal.js";
import type { TargetLock } from "./lock.js";
import type { RetentionLog } from "./log.js";
import type { CleanupReport } from "./report.js";
import type { RetentionTarget } from "./target.js";

/** How far a run is, after each session. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly bytesFreed: number;
}

/** A step of taking one session, reported before and after it, so that a test can end the process there. */
export type Step = string;

/** What one run is given. */
export interface RunOptions {
  /** 1 to 64 of `A-Z a-z 0-9 . _ -`; unique per run. */
  readonly runId: string;
  readonly dryRun: boolean;
  /** Why the run was asked for, for example `schedule`. */
  readonly reason: string;
  /** The clock, in ms since the epoch. */
  readonly nowMs: () => number;
  readonly journal: CleanupJournal;
  readonly lock: TargetLock;
  readonly signal?: AbortSignal;
  /** Default silent. */
  readonly log?: RetentionLog;
  readonly onProgress?: (progress: Progress) => void;
  /** Directories a root must not be or contain, for example the data directory. */
  readonly forbiddenRoots?: readonly string[];
  readonly onStep?: (step: Step) => void;
}

/** One run of one target, start to end. Always resolves with a report. */
export async function runCleanup(_target: RetentionTarget, _options: RunOptions): Promise<CleanupReport> {
  throw new Error("not built yet");
}
