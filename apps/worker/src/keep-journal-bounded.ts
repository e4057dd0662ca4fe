import { type CaretakerDatabase, pruneCleanupJournal } from "@caretaker/sqlite-store";

interface PruneLog {
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

const EVERY_MS = 24 * 3_600_000;

/** Forgets runs older than 90 days, now and once a day; returns what stops it. */
export function keepJournalBounded(database: CaretakerDatabase, log: PruneLog): () => void {
  const prune = () => {
    try {
      pruneCleanupJournal(database, { nowMs: Date.now() });
    } catch (error) {
      // The journal stays longer than it has to; nothing else depends on this.
      log.error("journal not pruned", { error });
    }
  };
  prune();
  const timer = setInterval(prune, EVERY_MS);
  return () => clearInterval(timer);
}
