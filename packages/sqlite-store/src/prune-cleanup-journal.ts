import type { CaretakerDatabase } from "./open-database.js";

/** How old a run must be to be pruned. */
export interface PruneOptions {
  /** In ms since the epoch. */
  readonly nowMs: number;
  /** Default 90. */
  readonly keepDays?: number;
}

const DAY_MS = 86_400_000;
// Each round is one short transaction, so that a run's own writes are not kept waiting.
const ROWS_PER_ROUND = 1_000;

/**
 * Removes what the journal says of runs older than 90 days, and returns how many events that were. A claim that is
 * still open stays, however old: it is what the next run settles by.
 *
 * @throws RangeError when `keepDays` is not a number of at least 1.
 */
export function pruneCleanupJournal(
  { connection }: Pick<CaretakerDatabase, "connection">,
  options: PruneOptions,
): number {
  const { nowMs, keepDays = 90 } = options;
  if (!(keepDays >= 1)) throw new RangeError(`keepDays is ${keepDays}; a number of at least 1 is allowed`);
  const remove = connection.prepare<[number, number]>(REMOVE);
  let removed = 0;
  for (;;) {
    const { changes } = remove.run(nowMs - keepDays * DAY_MS, ROWS_PER_ROUND);
    removed += changes;
    if (changes < ROWS_PER_ROUND) return removed;
  }
}

const REMOVE = `DELETE FROM cleanup_events WHERE seq IN (
  SELECT seq FROM cleanup_events
  WHERE at_ms < ? AND (claim_id IS NULL OR claim_id NOT IN (SELECT claim_id FROM cleanup_open_intents))
  LIMIT ?
)`;
