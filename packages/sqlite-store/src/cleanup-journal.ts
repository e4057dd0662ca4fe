import type { CleanupJournal, Intent, JournalEvent } from "@caretaker/retention";
import type { CaretakerDatabase } from "./open-database.js";

/** The cleanup journal in the database: an event is on disk when `append` returns. */
export function createCleanupJournal({ connection }: Pick<CaretakerDatabase, "connection">): CleanupJournal {
  const insert = connection.prepare<Row>(INSERT);
  const open = connection.prepare<[string, string], { event: string }>(OPEN_INTENTS);
  return {
    append: connection.transaction((...events: readonly JournalEvent[]) => {
      for (const event of events) insert.run(toRow(event));
    }),
    facts: () => ({ lastRun: null, pins: new Map(), failures: new Map() }),
    recordDecisions: async () => {},
    knownSizes: () => [],
    openIntents: ({ name, root }) => open.all(name, root).map(({ event }) => JSON.parse(event) as Intent),
  };
}

const INSERT = `INSERT INTO cleanup_events (at_ms, type, run_id, target, root, session, claim_id, result, event)
VALUES (@atMs, @type, @runId, @target, @root, @session, @claimId, @result, @event)`;

const OPEN_INTENTS = "SELECT event FROM cleanup_open_intents WHERE target = ? AND root = ? ORDER BY seq";

interface Row {
  readonly atMs: number;
  readonly type: JournalEvent["type"];
  readonly runId: string;
  readonly target: string;
  readonly root: string | null;
  readonly session: string | null;
  readonly claimId: string | null;
  readonly result: string | null;
  readonly event: string;
}

// The columns are what is searched for; the event itself is kept whole beside them.
function toRow(event: JournalEvent): Row {
  const { atMs, type, runId, target } = event;
  return {
    ...{ atMs: Math.trunc(atMs), type, runId, target },
    root: rootOf(event),
    session: "id" in event ? event.id : null,
    claimId: "claimId" in event ? event.claimId : null,
    result: event.type === "outcome" ? event.result : null,
    event: JSON.stringify(event),
  };
}

function rootOf(event: JournalEvent): string | null {
  if (event.type === "intent") return event.root.path;
  return "root" in event ? event.root : null;
}
