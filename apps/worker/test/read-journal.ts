import { join } from "node:path";
import { openDatabase } from "@caretaker/sqlite-store";

/** What a worker's journal says that it has done, oldest first. */
export interface Done {
  /** The runs that came to their end, each as often as it did. */
  readonly runIds: readonly string[];
  /** The sessions that were deleted, each as often as it was. */
  readonly deletedIds: readonly string[];
}

/** Reads the journal in a worker's data directory, whether the worker runs or not. */
export function readJournal(dataDir: string): Done {
  const database = openDatabase(join(dataDir, "caretaker.db"), { log: { info: () => undefined } });
  const ask = (question: string) => database.connection.prepare<[], { id: string }>(question).all();
  try {
    const runs = ask("SELECT run_id AS id FROM cleanup_events WHERE type = 'run_finished' ORDER BY seq");
    const deleted = ask(
      "SELECT session AS id FROM cleanup_events WHERE type = 'outcome' AND result = 'deleted' ORDER BY seq",
    );
    return { runIds: runs.map(({ id }) => id), deletedIds: deleted.map(({ id }) => id) };
  } finally {
    database.close();
  }
}
