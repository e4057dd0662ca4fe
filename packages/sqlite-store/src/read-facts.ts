import {
  type CleanupReport,
  type JournaledTarget,
  type LastRun,
  OUT_OF_DATE_CODES,
  type RepeatedFailure,
  type RunFinished,
  type TargetFacts,
  type UnreportedDeletions,
} from "@caretaker/retention";
import type { SqliteConnection } from "./sqlite.js";

/** Reads what earlier runs of a target left, each fact by an index of its own: never by reading every event. */
export function createFactsReader(connection: SqliteConnection): (target: JournaledTarget) => TargetFacts {
  const last = connection.prepare<JournaledTarget, LastRunRow>(FACT_QUERIES.lastRun);
  const taken = connection.prepare<JournaledTarget & { runId: string }, { taken: number }>(FACT_QUERIES.taken);
  const pins = connection.prepare<JournaledTarget, { session: string; untilMs: number }>(FACT_QUERIES.pins);
  const failures = connection.prepare<JournaledTarget & { codes: string }, FailureRow>(FACT_QUERIES.failures);
  const unreported = connection.prepare<JournaledTarget, Unreported>(FACT_QUERIES.unreported);
  const newest = connection.prepare<JournaledTarget, { session: string }>(FACT_QUERIES.newestUnreported);
  return connection.transaction(({ name, root }: JournaledTarget) => {
    const target = { name, root };
    const row = last.get(target);
    return {
      lastRun: row === undefined ? null : toLastRun(row, taken.get({ ...target, runId: row.runId })?.taken ?? 0),
      pins: new Map(pins.all(target).map(({ session, untilMs }) => [session, untilMs])),
      failures: new Map(failures.all({ ...target, codes: CODES }).map(toFailure)),
      unreported: {
        ...(unreported.get(target) ?? { count: 0, bytesFreed: 0 }),
        newest: newest.all(target).map(({ session }) => session),
      },
    };
  });
}

const CODES = JSON.stringify(OUT_OF_DATE_CODES);

// By their place alone: after the last report that made up for what others had not told, there is little.
const UNREPORTED = `
    FROM cleanup_events AS deletion NOT INDEXED
    WHERE seq > coalesce((
        SELECT seq FROM cleanup_events WHERE type = 'run_finished' AND target = @name AND root = @root
          AND coalesce(json_type(event, '$.report.unreportedCount'), 'older') <> 'null' ORDER BY seq DESC LIMIT 1
      ), 0)
      AND type = 'outcome' AND result = 'deleted' AND target = @name AND root = @root
      AND NOT EXISTS (
        SELECT 1 FROM cleanup_events AS ended
        WHERE ended.run_id = deletion.run_id AND ended.type = 'run_finished' AND ended.seq > deletion.seq
      )`;

/** What facts are read by; exported so that a test can ask SQLite how. */
export const FACT_QUERIES = {
  // A report without a clock is older than the guards, and nothing to compare with.
  lastRun: `
    SELECT run_id AS runId, event FROM cleanup_events
    WHERE type = 'run_finished' AND target = @name AND root = @root
      AND json_type(event, '$.report.planId') = 'text' AND json_type(event, '$.report.clock') = 'object'
      AND json_extract(event, '$.report.dryRun') = 0
      AND json_extract(event, '$.report.outcome') IN ('done', 'partial', 'failed')
    ORDER BY seq DESC LIMIT 1`,
  // Intents since that run planned, less those that came back. Counted apart, because almost none comes back: to look
  // up the outcome of each of a million intents would hold up the process for seconds.
  taken: `
    WITH planned AS (
      SELECT coalesce(min(seq), 0) AS seq FROM cleanup_events WHERE run_id = @runId AND type = 'run_planned'
    )
    SELECT (
      SELECT count(*) FROM cleanup_events
      WHERE type = 'intent' AND target = @name AND root = @root AND seq > (SELECT seq FROM planned)
    ) - (
      SELECT count(*) FROM cleanup_events AS back
      WHERE type = 'outcome' AND result IN ('kept', 'in_trash', 'restored') AND target = @name AND root = @root
        AND result <> 'in_trash' AND seq > (SELECT seq FROM planned)
        AND EXISTS (
          SELECT 1 FROM cleanup_events AS claim WHERE claim.claim_id = back.claim_id AND claim.type = 'intent'
            AND claim.seq > (SELECT seq FROM planned)
        )
        AND NOT EXISTS (
          SELECT 1 FROM cleanup_events AS later
          WHERE later.claim_id = back.claim_id AND later.type = 'outcome' AND later.seq > back.seq
        )
    ) AS taken`,
  // Beside max(), SQLite takes the other columns from the row that has it.
  pins: `
    SELECT session, json_extract(event, '$.untilMs') AS untilMs, max(seq) FROM cleanup_events
    WHERE type = 'pinned' AND target = @name AND root = @root GROUP BY session`,
  failures: `
    SELECT session, count(*) AS attempts, at_ms AS atMs, code, max(seq) FROM cleanup_events AS failure
    WHERE type = 'outcome' AND result IN ('kept', 'in_trash', 'restored') AND target = @name AND root = @root
      AND result <> 'restored' AND code NOT IN (SELECT value FROM json_each(@codes))
      AND NOT EXISTS (
        SELECT 1 FROM cleanup_events AS later WHERE later.session = failure.session AND later.type = 'outcome'
          AND later.result IN ('deleted', 'trashed', 'restored')
          AND later.target = @name AND later.root = @root AND later.seq > failure.seq
      )
    GROUP BY session`,
  unreported: `
    SELECT count(DISTINCT claim_id) AS count, coalesce(sum(json_extract(event, '$.bytesFreed')), 0) AS bytesFreed
    ${UNREPORTED}`,
  newestUnreported: `SELECT session ${UNREPORTED} ORDER BY seq DESC LIMIT 64`,
} as const;

type Unreported = Omit<UnreportedDeletions, "newest">;

interface LastRunRow {
  readonly runId: string;
  readonly event: string;
}

interface FailureRow extends RepeatedFailure {
  readonly session: string;
}

function toLastRun({ runId, event }: LastRunRow, taken: number): LastRun {
  const { report } = JSON.parse(event) as RunFinished;
  const { startedAtMs, owned, active, held, unread, rootId, clock } = report as CleanupReport;
  return { runId, startedAtMs, owned: owned + active + held + unread - taken, rootId, clock };
}

function toFailure({ session, attempts, atMs, code }: FailureRow): readonly [string, RepeatedFailure] {
  return [session, { attempts, atMs, code }];
}
