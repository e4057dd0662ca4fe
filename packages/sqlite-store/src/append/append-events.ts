import type { JournalEvent } from "@caretaker/retention";
import type { SqliteConnection } from "../sqlite.js";
import { type EventRow, INSERT_EVENT, ROOT_OF_RUN, toEventRow } from "./event-row.js";

/** Writes events of the journal over a connection, all or none; throws the driver's error. */
export function createAppend(connection: SqliteConnection): (events: readonly JournalEvent[]) => void {
  const insert = connection.prepare<[...EventRow]>(INSERT_EVENT);
  const root = connection.prepare<[string], string | null>(ROOT_OF_RUN).pluck();
  const rootOfRun = (runId: string) => root.get(runId) ?? null;
  const append = connection.transaction((events: readonly JournalEvent[]) => {
    for (const event of events) insert.run(...toEventRow(event, rootOfRun));
  });
  return (events) => append.immediate(events);
}
