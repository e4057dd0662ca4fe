import type { CleanupJournal, Intent, JournaledTarget, KnownSize, RunFinished } from "@caretaker/retention";
import { createAppend } from "./append/append-events.js";
import { recordDecisions } from "./decisions/record-decisions.js";
import { readSessions } from "./decisions/session-index.js";
import type { CaretakerDatabase } from "./open-database.js";
import { createFactsReader } from "./read-facts.js";
import type { SqliteConnection } from "./sqlite.js";
import { toDatabaseError } from "./to-database-error.js";

/**
 * The cleanup journal in the database: an event is on disk when `append` returns. What cannot be read or written is
 * thrown as a {@link DatabaseError} that names the file, and nothing of it was written.
 */
export function createCleanupJournal({ connection, appendAside = null }: JournalDatabase): CleanupJournal {
  const { name: path } = connection;
  const open = connection.prepare<[string, string], { event: string }>(OPEN_INTENTS);
  const appendHere = createAppend(connection);
  const facts = createFactsReader(connection);
  const finished = connection.prepare<[string], { event: string }>(FINISHED);
  return {
    append: (...events) => {
      if (appendAside === null || (events.length < MANY && !appendAside.isRunning))
        return named(path, () => appendHere(events));
      return appendAside.append(events).catch((error: unknown) => {
        throw toDatabaseError(path, error);
      });
    },
    openIntents: ({ name, root }) =>
      named(path, () => open.all(name, root).map(({ event }) => JSON.parse(event) as Intent)),
    finishedReport: (runId) =>
      named(path, () => {
        const row = finished.get(runId);
        return row === undefined ? null : (JSON.parse(row.event) as RunFinished).report;
      }),
    facts: (target) => named(path, () => facts(target)),
    recordDecisions: (run, decisions) =>
      recordDecisions(connection, run, decisions).catch((error: unknown) => {
        throw toDatabaseError(path, error);
      }),
    knownSizes: (target) => knownSizes(connection, target),
  };
}

/** The database that a journal is in; without `appendAside` this thread writes everything. */
type JournalDatabase = Pick<CaretakerDatabase, "connection"> & Partial<Pick<CaretakerDatabase, "appendAside">>;

// Starting a thread costs more than writing a few events does: what a pass deletes of a root that grows is so few.
const MANY = 32;

/** What reads them; exported so that a test can ask SQLite how. */
export const OPEN_INTENTS = "SELECT event FROM cleanup_open_intents WHERE target = ? AND root = ? ORDER BY seq";

/** What reads the end of a run; exported so that a test can ask SQLite how. */
export const FINISHED =
  "SELECT event FROM cleanup_events WHERE run_id = ? AND type = 'run_finished' ORDER BY seq LIMIT 1";

function named<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toDatabaseError(path, error);
  }
}

function* knownSizes(connection: SqliteConnection, { name, root }: JournaledTarget): Generator<KnownSize> {
  const find = connection.prepare<[string, string]>("SELECT id FROM cleanup_roots WHERE target = ? AND root = ?");
  const rootId = find.pluck().get(name, root);
  if (rootId === undefined) return;
  for (const { id, stampMs, bytes } of readSessions(connection, Number(rootId))) {
    if (bytes !== null) yield { id, stampMs, bytes };
  }
}
