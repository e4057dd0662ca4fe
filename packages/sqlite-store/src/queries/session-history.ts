import type { JournalEvent, JournaledTarget } from "@caretaker/retention";
import type { CaretakerDatabase } from "../open-database.js";
import { type DecisionSpan, findSpans } from "./find-spans.js";

/** One thing that happened to a session. */
export type SessionFact = DecisionSpan | SessionEvent;

/** What the journal holds of a session by its name. */
export type SessionEvent = Extract<JournalEvent, { readonly id: string }>;

/** Which session to tell of. */
export interface SessionQuery {
  readonly target: JournaledTarget;
  /** Its directory's name. */
  readonly session: string;
}

/**
 * Everything the journal knows of one session, oldest first: what rules decided of it, what was done with it, its pins.
 * Looks through the whole index of its root, a slice at a time: about half a second at a million sessions.
 */
export async function sessionHistory(
  { connection }: Pick<CaretakerDatabase, "connection">,
  { target: { name, root }, session }: SessionQuery,
): Promise<readonly SessionFact[]> {
  const events = connection.prepare<[string, string, string]>(EVENTS).pluck().all(session, name, root) as string[];
  const facts = events.map((event) => JSON.parse(event) as SessionEvent);
  const rootId = connection.prepare<[string, string]>(ROOT_ID).pluck().get(name, root);
  const spans = rootId === undefined ? [] : await findSpans(connection, { rootId: Number(rootId), session });
  return [...facts, ...spans].sort((a, b) => timeOf(a) - timeOf(b));
}

const EVENTS = "SELECT event FROM cleanup_events WHERE session = ? AND target = ? AND root = ? ORDER BY seq";
const ROOT_ID = "SELECT id FROM cleanup_roots WHERE target = ? AND root = ?";

// What began longer ago than is kept comes first.
function timeOf(fact: SessionFact): number {
  return fact.type === "decided" ? (fact.since?.atMs ?? Number.MIN_SAFE_INTEGER) : fact.atMs;
}
