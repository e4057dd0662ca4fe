/**
 * The cleanup journal: a line per event, and views in the words operators ask in. An event is never updated, which a
 * trigger enforces; only whole old runs are removed.
 */
export const CLEANUP_JOURNAL = `
CREATE TABLE cleanup_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('run_started', 'run_planned', 'intent', 'outcome', 'run_finished')),
  run_id TEXT NOT NULL,
  target TEXT NOT NULL,
  root TEXT,
  session TEXT,
  claim_id TEXT,
  result TEXT CHECK (result IN ('deleted', 'kept', 'in_trash')),
  event TEXT NOT NULL CHECK (json_valid(event))
) STRICT;

CREATE INDEX cleanup_events_by_claim ON cleanup_events (claim_id, type) WHERE claim_id IS NOT NULL;
CREATE INDEX cleanup_events_by_run ON cleanup_events (run_id);
CREATE INDEX cleanup_events_by_session ON cleanup_events (session) WHERE session IS NOT NULL;
CREATE INDEX cleanup_events_intents ON cleanup_events (target, root) WHERE type = 'intent';
CREATE INDEX cleanup_events_by_time ON cleanup_events (at_ms);

CREATE TRIGGER cleanup_events_append_only BEFORE UPDATE ON cleanup_events
BEGIN
  SELECT RAISE(ABORT, 'the cleanup journal is append-only');
END;

CREATE VIEW cleanup_runs AS
SELECT started.run_id, started.target, started.root,
  datetime(started.at_ms / 1000, 'unixepoch') AS started_at,
  datetime(finished.at_ms / 1000, 'unixepoch') AS finished_at,
  json_extract(started.event, '$.reason') AS reason,
  json_extract(started.event, '$.dryRun') AS dry_run,
  json_extract(finished.event, '$.report.outcome') AS outcome,
  json_extract(finished.event, '$.report.planId') AS plan_id,
  json_extract(finished.event, '$.report.candidates') AS candidates,
  json_extract(finished.event, '$.report.deletedCount') AS deleted,
  json_extract(finished.event, '$.report.failedCount') AS failed,
  json_extract(finished.event, '$.report.bytesFreed') AS bytes_freed
FROM cleanup_events AS started
LEFT JOIN cleanup_events AS finished ON finished.run_id = started.run_id AND finished.type = 'run_finished'
WHERE started.type = 'run_started';

CREATE VIEW cleanup_outcomes AS
SELECT run_id, target, root, session, claim_id, result,
  json_extract(event, '$.code') AS code,
  json_extract(event, '$.bytesFreed') AS bytes_freed,
  datetime(at_ms / 1000, 'unixepoch') AS at
FROM cleanup_events WHERE type = 'outcome';

CREATE VIEW cleanup_kept AS
SELECT planned.run_id, planned.target,
  json_extract(kept.value, '$.id') AS session,
  json_extract(kept.value, '$.rule') AS rule,
  datetime(planned.at_ms / 1000, 'unixepoch') AS at
FROM cleanup_events AS planned, json_each(planned.event, '$.kept') AS kept
WHERE planned.type = 'run_planned';

CREATE VIEW cleanup_open_intents AS
SELECT intent.seq, intent.run_id, intent.target, intent.root, intent.session, intent.claim_id, intent.event
FROM cleanup_events AS intent
WHERE intent.type = 'intent' AND NOT EXISTS (
  SELECT 1 FROM cleanup_events AS outcome
  WHERE outcome.claim_id = intent.claim_id AND outcome.type = 'outcome' AND outcome.result <> 'in_trash'
);
`;
