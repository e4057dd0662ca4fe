import type { JournalEvent } from "@caretaker/retention";

/** An event as a row of the journal: the columns are what is searched for, the event is kept whole beside them. */
export interface EventRow {
  readonly atMs: number;
  readonly type: JournalEvent["type"];
  readonly runId: string;
  readonly target: string;
  readonly root: string | null;
  readonly session: string | null;
  readonly claimId: string | null;
  readonly result: string | null;
  readonly code: string | null;
  readonly event: string;
}

/** The row of an event. */
export function toEventRow(event: JournalEvent): EventRow {
  const { atMs, type, runId, target } = event;
  return {
    ...{ atMs: Math.trunc(atMs), type, runId, target },
    root: rootOf(event),
    session: "id" in event ? event.id : null,
    claimId: "claimId" in event ? event.claimId : null,
    result: event.type === "outcome" ? event.result : null,
    code: event.type === "outcome" ? event.code : null,
    event: JSON.stringify(event),
  };
}

/** Writes one row; what says no root is given the one its run began with. */
export const INSERT_EVENT = `
INSERT INTO cleanup_events (at_ms, type, run_id, target, root, session, claim_id, result, code, event)
VALUES (@atMs, @type, @runId, @target,
  coalesce(@root, (SELECT root FROM cleanup_events WHERE run_id = @runId AND type = 'run_started' LIMIT 1)),
  @session, @claimId, @result, @code, @event)`;

function rootOf(event: JournalEvent): string | null {
  if (event.type === "intent") return event.root.path;
  return "root" in event ? event.root : null;
}
