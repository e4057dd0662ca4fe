import type { RecordedDecision } from "@caretaker/retention";
import type { SqliteConnection } from "../sqlite.js";
import { nameKeyOf } from "./name-key.js";

/** What the index holds of one entry: the rule that last decided, and since which recording. */
export interface IndexedSession extends RecordedDecision {
  readonly sinceSeq: number;
}

/** The stamp of what has none: it comes after everything that has one. */
export const NO_STAMP_MS = Number.POSITIVE_INFINITY;

// Read in about a millisecond.
const PAGE_ROWS = 500;

/**
 * Everything the index holds of a root, in the order of decisions. Page by page, each in a read of its own: an open
 * cursor would keep this connection from writing, and the write-ahead log from being written back.
 */
export function* readSessions(
  connection: SqliteConnection,
  rootId: number,
  fromMs = Number.NEGATIVE_INFINITY,
): Generator<IndexedSession> {
  const page = connection.prepare<PageParameters, SessionRow>(READ_PAGE);
  let last: Pick<PageParameters, "stampMs" | "nameKey"> = { stampMs: fromMs, nameKey: "" };
  for (;;) {
    const rows = page.all({ rootId, ...last, limit: PAGE_ROWS });
    for (const row of rows) yield { ...row, stampMs: row.stampMs === NO_STAMP_MS ? null : row.stampMs };
    const end = rows.at(-1);
    if (end === undefined || rows.length < PAGE_ROWS) return;
    last = { stampMs: end.stampMs, nameKey: nameKeyOf(end.id) };
  }
}

/** What it holds of one day, by the stamps; `null`: of what has no stamp. */
export function* readDay(connection: SqliteConnection, rootId: number, day: number | null): Generator<IndexedSession> {
  const fromMs = day === null ? NO_STAMP_MS : day * DAY_MS;
  for (const session of readSessions(connection, rootId, fromMs)) {
    if (day !== null && (session.stampMs ?? NO_STAMP_MS) >= fromMs + DAY_MS) return;
    yield session;
  }
}

const DAY_MS = 86_400_000;

/** What reads one page; exported so that a test can ask SQLite how. */
export const READ_PAGE = `
SELECT stamp_ms AS stampMs, coalesce(session, name_key) AS id, rule, bytes, since_seq AS sinceSeq FROM cleanup_sessions
WHERE root_id = @rootId AND (stamp_ms, name_key) > (@stampMs, CAST(@nameKey AS TEXT))
ORDER BY stamp_ms, name_key LIMIT @limit`;

interface PageParameters {
  readonly rootId: number;
  readonly stampMs: number;
  readonly nameKey: string | Buffer;
  readonly limit: number;
}

type SessionRow = Omit<IndexedSession, "stampMs"> & { readonly stampMs: number };
