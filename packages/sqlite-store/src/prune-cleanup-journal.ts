import { setImmediate } from "node:timers/promises";
import { pruneDecisions } from "./decisions/prune-decisions.js";
import { tryRecordingTurn } from "./decisions/recording-lock.js";
import type { CaretakerDatabase } from "./open-database.js";
import { pruneEvents } from "./prune-events.js";
import { toDatabaseError } from "./to-database-error.js";

/** How old a run must be to be pruned. */
export interface PruneOptions {
  /** In ms since the epoch. */
  readonly nowMs: number;
  /** Default 90. */
  readonly keepDays?: number;
}

const DAY_MS = 86_400_000;

/**
 * Forgets what is older than 90 days, and returns how many events that were: runs and their decisions, with the spans
 * that only they needed. Stays whatever its age: what the next run settles by (open intents), what waits in the trash,
 * pins that still hold, the last run of each root that its next one is compared with, and what came after that.
 *
 * Many short transactions, with the event loop's turn between; decisions wait for the next time while a run records.
 *
 * @throws RangeError when `keepDays` is not a number of at least 1; a {@link DatabaseError} otherwise.
 */
export async function pruneCleanupJournal(
  { connection }: Pick<CaretakerDatabase, "connection">,
  { nowMs, keepDays = 90 }: PruneOptions,
): Promise<number> {
  if (!(keepDays >= 1)) throw new RangeError(`keepDays is ${keepDays}; a number of at least 1 is allowed`);
  const cutoff = { nowMs, beforeMs: nowMs - keepDays * DAY_MS };
  try {
    let removed = 0;
    for (const count of pruneEvents(connection, cutoff)) {
      removed += count;
      await setImmediate();
    }
    const endTurn = tryRecordingTurn(connection.name);
    if (endTurn === null) return removed;
    try {
      for (const _ of pruneDecisions(connection, cutoff)) await setImmediate();
    } finally {
      endTurn();
    }
    return removed;
  } catch (error) {
    throw toDatabaseError(connection.name, error);
  }
}
