import { type CaretakerDatabase, pruneCleanupJournal } from "@caretaker/sqlite-store";

interface PruneLog {
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

const EVERY_MS = 24 * 3_600_000;

/** Forgets runs older than 90 days, now and once a day; returns what stops it. */
export function keepJournalBounded(database: CaretakerDatabase, log: PruneLog): () => void {
  let isStopped = false;
  const prune = () => {
    pruneCleanupJournal(database, { nowMs: Date.now() }).catch((error: unknown) => {
      // The journal stays longer than it has to; nothing else depends on this. A stop closes it in the middle.
      if (!isStopped) log.error("journal not pruned", { error });
    });
  };
  prune();
  const timer = setInterval(prune, EVERY_MS);
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}
