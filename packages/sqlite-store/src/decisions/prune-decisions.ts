import type { Cutoff } from "../prune-events.js";
import type { SqliteConnection } from "../sqlite.js";

const ROWS_PER_ROUND = 1_000;

/**
 * Removes old recordings and the spans that ended before the oldest that stays, and everything of a root that nobody
 * recorded since: its target is gone, and an index is only a cache. Yields after each short transaction; whoever calls
 * it has the recording turn.
 */
export function* pruneDecisions(connection: SqliteConnection, { beforeMs }: Cutoff): Generator<void> {
  for (const { rootId, isForgotten } of connection.prepare<[number], RootRow>(ROOTS).all(beforeMs)) {
    if (isForgotten === 1) yield* removeRoot(connection, rootId);
    else yield* removeOld(connection, { rootId, beforeMs });
  }
}

interface RootRow {
  readonly rootId: number;
  readonly isForgotten: 0 | 1;
}

const ROOTS = `
SELECT id AS rootId, NOT EXISTS (
  SELECT 1 FROM cleanup_recordings WHERE root_id = cleanup_roots.id AND at_ms >= ?
) AS isForgotten FROM cleanup_roots`;

function* removeRoot(connection: SqliteConnection, rootId: number): Generator<void> {
  yield* removeRows(connection, SPANS, [rootId, Number.MAX_SAFE_INTEGER]);
  yield* removeRows(connection, SESSIONS, [rootId]);
  const removeRest = connection.transaction(() => {
    for (const sql of REST) connection.prepare<[number]>(sql).run(rootId);
  });
  yield void removeRest.immediate();
}

function* removeOld(
  connection: SqliteConnection,
  { rootId, beforeMs }: { rootId: number; beforeMs: number },
): Generator<void> {
  const find = connection.prepare<[number, number]>(OLDEST_KEPT).pluck();
  const oldest = find.get(rootId, beforeMs);
  // Nothing whole yet: what is there belongs to a recording that goes on, or was broken off a moment ago.
  if (typeof oldest !== "number") return;
  yield void connection.prepare<[number, number]>(RECORDINGS).run(rootId, oldest);
  yield* removeRows(connection, SPANS, [rootId, oldest]);
}

function* removeRows(connection: SqliteConnection, sql: string, parameters: readonly number[]): Generator<void> {
  const remove = connection.prepare<number[]>(sql);
  let changes = ROWS_PER_ROUND;
  while (changes === ROWS_PER_ROUND) {
    changes = remove.run(...parameters, ROWS_PER_ROUND).changes;
    yield;
  }
}

const OLDEST_KEPT = "SELECT min(seq) FROM cleanup_recordings WHERE root_id = ? AND at_ms >= ? AND totals IS NOT NULL";
const RECORDINGS = "DELETE FROM cleanup_recordings WHERE root_id = ? AND seq < ?";
const SPANS = `
DELETE FROM cleanup_spans WHERE (root_id, until_seq, stamp_ms, name_key) IN (
  SELECT root_id, until_seq, stamp_ms, name_key FROM cleanup_spans WHERE root_id = ? AND until_seq <= ? LIMIT ?
)`;
const SESSIONS = `
DELETE FROM cleanup_sessions WHERE (root_id, stamp_ms, name_key) IN (
  SELECT root_id, stamp_ms, name_key FROM cleanup_sessions WHERE root_id = ? LIMIT ?
)`;
const REST = [
  "DELETE FROM cleanup_recordings WHERE root_id = ?",
  "DELETE FROM cleanup_days WHERE root_id = ?",
  "DELETE FROM cleanup_pages WHERE root_id = ?",
  "DELETE FROM cleanup_roots WHERE id = ?",
];
