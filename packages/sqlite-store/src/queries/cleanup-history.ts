import type { CleanupReport, RunFinished, RunStarted } from "@caretaker/retention";
import type { CaretakerDatabase } from "../open-database.js";

/** One run as the journal knows it. */
export interface RunRecord extends Pick<RunStarted, "runId" | "target" | "root" | "dryRun" | "reason"> {
  /** In ms since the epoch. */
  readonly startedAtMs: number;
  /** `null` while it goes on, or when it was killed; one of an older version lacks what came later. */
  readonly report: Partial<CleanupReport> | null;
}

/** Which runs to tell of. */
export interface HistoryQuery {
  /** The target's name. */
  readonly target: string;
  /** At most this many, a whole number from 1. */
  readonly limit: number;
}

/** The last runs of a target, newest first, as far back as the journal goes. */
export function cleanupHistory(
  { connection }: Pick<CaretakerDatabase, "connection">,
  { target, limit }: HistoryQuery,
): readonly RunRecord[] {
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`limit is ${limit}; a whole number from 1 is allowed`);
  return connection.prepare<[string, number], RunRow>(RUNS).all(target, limit).map(toRunRecord);
}

/** What reads them; exported so that a test can ask SQLite how. */
export const RUNS = `
SELECT started.event AS started, finished.event AS finished FROM cleanup_events AS started
LEFT JOIN cleanup_events AS finished ON finished.run_id = started.run_id AND finished.type = 'run_finished'
WHERE started.type = 'run_started' AND started.target = ?
ORDER BY started.seq DESC LIMIT ?`;

interface RunRow {
  readonly started: string;
  readonly finished: string | null;
}

function toRunRecord({ started, finished }: RunRow): RunRecord {
  const { runId, target, root, dryRun, reason, atMs } = JSON.parse(started) as RunStarted;
  const report = finished === null ? null : (JSON.parse(finished) as RunFinished).report;
  return { runId, target, root, dryRun, reason, startedAtMs: atMs, report };
}
