import type { SqliteConnection } from "./sqlite.js";

/** Before when things are forgotten, and what time it is, both in ms since the epoch. */
export interface Cutoff {
  readonly nowMs: number;
  readonly beforeMs: number;
}

// Each round is one short transaction, so that a run's own writes are not kept waiting.
const ROWS_PER_ROUND = 1_000;

/** Removes old events, oldest first; yields after each round how many it removed. */
export function* pruneEvents(connection: SqliteConnection, { nowMs, beforeMs }: Cutoff): Generator<number> {
  const findEnd = connection.prepare<Position & { beforeMs: number; rows: number }, Position>(ROUND_END);
  const remove = connection.prepare<Position & { endMs: number; endSeq: number; nowMs: number; since: string }>(REMOVE);
  // Once: a run that ends meanwhile only makes what may be removed more.
  const since = JSON.stringify(connection.prepare(LAST_RUNS).all());
  let position: Position = { atMs: Number.MIN_SAFE_INTEGER, seq: 0 };
  for (;;) {
    // Goes on from where the round before ended: what has to stay would be looked at again by every round.
    const end = findEnd.get({ ...position, beforeMs, rows: ROWS_PER_ROUND });
    if (end === undefined) return;
    yield remove.run({ ...position, endMs: end.atMs, endSeq: end.seq, nowMs, since }).changes;
    position = end;
  }
}

interface Position {
  readonly atMs: number;
  readonly seq: number;
}

const ROUND_END = `
SELECT at_ms AS atMs, seq FROM (
  SELECT at_ms, seq FROM cleanup_events
  WHERE at_ms < @beforeMs AND (at_ms, seq) > (@atMs, @seq) ORDER BY at_ms, seq LIMIT @rows
) ORDER BY at_ms DESC, seq DESC LIMIT 1`;

// Where the last run of each root began, that the next one is compared with (as in read-facts.ts).
const LAST_RUNS = `
SELECT target, root,
  (SELECT min(seq) FROM cleanup_events AS started WHERE started.run_id = ended.run_id AND type = 'run_started') AS seq
FROM (
  SELECT target, root, run_id, max(seq) FROM cleanup_events
  WHERE type = 'run_finished' AND root IS NOT NULL
    AND json_type(event, '$.report.planId') = 'text' AND json_type(event, '$.report.clock') = 'object'
    AND json_extract(event, '$.report.dryRun') = 0
    AND json_extract(event, '$.report.outcome') IN ('done', 'partial', 'failed')
  GROUP BY target, root
) AS ended`;

const REMOVE = `
DELETE FROM cleanup_events WHERE seq IN (
  SELECT seq FROM cleanup_events AS event
  WHERE (at_ms, seq) > (@atMs, @seq) AND (at_ms, seq) <= (@endMs, @endSeq)
    AND (claim_id IS NULL OR claim_id NOT IN (SELECT claim_id FROM cleanup_claims))
    AND NOT (type = 'pinned' AND json_extract(event, '$.untilMs') > @nowMs)
    AND NOT EXISTS (
      SELECT 1 FROM json_each(@since) AS last
      WHERE json_extract(last.value, '$.target') = event.target AND json_extract(last.value, '$.root') = event.root
        AND json_extract(last.value, '$.seq') <= event.seq
    )
)`;
