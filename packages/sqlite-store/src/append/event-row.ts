import type { JournalEvent } from "@caretaker/retention";

/** An event as a row of the journal: the columns are what is searched for, the event is kept whole beside them. */
export type EventRow = readonly [
  atMs: number,
  type: JournalEvent["type"],
  runId: string,
  target: string,
  root: string | null,
  session: string | null,
  claimId: string | null,
  result: string | null,
  code: string | null,
  event: string,
];

/** The row of an event; what says no root gets the one that its run began with. */
export function toEventRow(event: JournalEvent, rootOfRun: (runId: string) => string | null): EventRow {
  const { atMs, type, runId, target } = event;
  const isOutcome = event.type === "outcome";
  return [
    Math.trunc(atMs),
    type,
    runId,
    target,
    rootOf(event) ?? rootOfRun(runId),
    "id" in event ? event.id : null,
    "claimId" in event ? event.claimId : null,
    isOutcome ? event.result : null,
    isOutcome ? event.code : null,
    JSON.stringify(event),
  ];
}

/** Writes one row, by position: of as many rows as a cleanup writes, looking up ten names each is a tenth of the cost. */
export const INSERT_EVENT = `
INSERT INTO cleanup_events (at_ms, type, run_id, target, root, session, claim_id, result, code, event)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** The root that a run began with. */
export const ROOT_OF_RUN = "SELECT root FROM cleanup_events WHERE run_id = ? AND type = 'run_started' LIMIT 1";

function rootOf(event: JournalEvent): string | null {
  if (event.type === "intent") return event.root.path;
  return "root" in event ? event.root : null;
}
