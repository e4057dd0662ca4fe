/**
 * The events of pins, adoptions and confirmed plans; what a session waits for in the trash; and decisions as spans.
 *
 * SQLite cannot change a CHECK, so the events are copied into a new table. What would otherwise be found by reading
 * every event has a table or a partial index of its own: a root of a million sessions leaves millions of events.
 */
export const DECISIONS = `
DROP VIEW cleanup_runs;
DROP VIEW cleanup_outcomes;
DROP VIEW cleanup_kept;
DROP VIEW cleanup_open_intents;

CREATE TABLE cleanup_events_2 (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('run_started', 'run_planned', 'intent', 'outcome', 'run_finished',
    'pinned', 'adopted', 'plan_confirmed')),
  run_id TEXT NOT NULL,
  target TEXT NOT NULL,
  root TEXT,
  session TEXT,
  claim_id TEXT,
  result TEXT CHECK (result IN ('deleted', 'kept', 'in_trash', 'trashed', 'restored')),
  code TEXT,
  event TEXT NOT NULL CHECK (json_valid(event))
) STRICT;

-- A run's plan and end say no root, and are looked for by it: its start does.
INSERT INTO cleanup_events_2
SELECT seq, at_ms, type, run_id, target,
  coalesce(root, (SELECT started.root FROM cleanup_events AS started
    WHERE started.run_id = event.run_id AND started.type = 'run_started' LIMIT 1)),
  session, claim_id, result, CASE type WHEN 'outcome' THEN json_extract(event.event, '$.code') END, event.event
FROM cleanup_events AS event ORDER BY seq;

-- So that no number is given twice, though the newest events may have been pruned.
DELETE FROM sqlite_sequence WHERE name = 'cleanup_events_2';
INSERT INTO sqlite_sequence SELECT 'cleanup_events_2', seq FROM sqlite_sequence WHERE name = 'cleanup_events';
DROP TABLE cleanup_events;
ALTER TABLE cleanup_events_2 RENAME TO cleanup_events;

CREATE INDEX cleanup_events_by_claim ON cleanup_events (claim_id, type) WHERE claim_id IS NOT NULL;
CREATE INDEX cleanup_events_by_run ON cleanup_events (run_id, type);
CREATE INDEX cleanup_events_by_session ON cleanup_events (session) WHERE session IS NOT NULL;
CREATE INDEX cleanup_events_by_time ON cleanup_events (at_ms);
CREATE INDEX cleanup_events_starts ON cleanup_events (target) WHERE type = 'run_started';
CREATE INDEX cleanup_events_plans ON cleanup_events (run_id) WHERE type = 'run_planned';
CREATE INDEX cleanup_events_ends ON cleanup_events (target, root) WHERE type = 'run_finished';
CREATE INDEX cleanup_events_intents ON cleanup_events (target, root) WHERE type = 'intent';
CREATE INDEX cleanup_events_pins ON cleanup_events (target, root, session) WHERE type = 'pinned';
-- Few beside those that were deleted: what failed, and what came back.
CREATE INDEX cleanup_events_not_taken ON cleanup_events (target, root, session)
  WHERE type = 'outcome' AND result IN ('kept', 'in_trash', 'restored');

CREATE TRIGGER cleanup_events_append_only BEFORE UPDATE ON cleanup_events
BEGIN
  SELECT RAISE(ABORT, 'the cleanup journal is append-only');
END;

-- The claims that are not over, with the event that says so: what else would have to be searched for among all.
CREATE TABLE cleanup_claims (
  claim_id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('open', 'trashed')),
  target TEXT NOT NULL,
  root TEXT NOT NULL,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX cleanup_claims_by_target ON cleanup_claims (target, root, state, seq);

INSERT INTO cleanup_claims
SELECT claim_id, 'open', target, root, seq FROM cleanup_events AS intent
WHERE type = 'intent' AND NOT EXISTS (
  SELECT 1 FROM cleanup_events AS outcome
  WHERE outcome.claim_id = intent.claim_id AND outcome.type = 'outcome' AND outcome.result <> 'in_trash'
);

CREATE TRIGGER cleanup_events_claimed AFTER INSERT ON cleanup_events WHEN NEW.type = 'intent'
BEGIN
  INSERT OR IGNORE INTO cleanup_claims
  SELECT NEW.claim_id, 'open', NEW.target, NEW.root, NEW.seq WHERE NOT EXISTS (
    SELECT 1 FROM cleanup_events AS outcome
    WHERE outcome.claim_id = NEW.claim_id AND outcome.type = 'outcome' AND outcome.result <> 'in_trash'
  );
END;

CREATE TRIGGER cleanup_events_trashed AFTER INSERT ON cleanup_events
WHEN NEW.type = 'outcome' AND NEW.result = 'trashed'
BEGIN
  INSERT INTO cleanup_claims VALUES (NEW.claim_id, 'trashed', NEW.target, NEW.root, NEW.seq)
  ON CONFLICT (claim_id) DO UPDATE SET state = 'trashed', seq = NEW.seq;
END;

CREATE TRIGGER cleanup_events_over AFTER INSERT ON cleanup_events
WHEN NEW.type = 'outcome' AND NEW.result IN ('deleted', 'kept', 'restored')
BEGIN
  DELETE FROM cleanup_claims WHERE claim_id = NEW.claim_id;
END;

CREATE TABLE cleanup_roots (
  id INTEGER PRIMARY KEY,
  target TEXT NOT NULL,
  root TEXT NOT NULL,
  UNIQUE (target, root)
) STRICT;

-- A run's recording of its decisions. Without totals it was interrupted, and tells nothing.
CREATE TABLE cleanup_recordings (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  root_id INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  totals TEXT CHECK (json_valid(totals)),
  UNIQUE (root_id, run_id)
) STRICT;

CREATE INDEX cleanup_recordings_by_run ON cleanup_recordings (run_id);

-- What stands in a root and the rule that last decided, since which recording. What has no stamp comes last: its
-- stamp is infinite. name_key sorts by UTF-16 code unit as plans do; where it is not the name, session is.
CREATE TABLE cleanup_sessions (
  root_id INTEGER NOT NULL,
  stamp_ms REAL NOT NULL,
  name_key TEXT NOT NULL,
  session TEXT,
  rule TEXT NOT NULL,
  bytes INTEGER,
  since_seq INTEGER NOT NULL,
  PRIMARY KEY (root_id, stamp_ms, name_key)
) STRICT, WITHOUT ROWID;

-- What a rule decided from one recording until another, which is the first that it no longer holds for.
CREATE TABLE cleanup_spans (
  root_id INTEGER NOT NULL,
  until_seq INTEGER NOT NULL,
  stamp_ms REAL NOT NULL,
  name_key TEXT NOT NULL,
  session TEXT,
  rule TEXT NOT NULL,
  bytes INTEGER,
  since_seq INTEGER NOT NULL,
  PRIMARY KEY (root_id, until_seq, stamp_ms, name_key)
) STRICT, WITHOUT ROWID;

-- What came to a root, by the day of its stamp; what goes is not taken off.
CREATE TABLE cleanup_days (
  root_id INTEGER NOT NULL,
  day TEXT NOT NULL,
  sessions INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (root_id, day)
) STRICT, WITHOUT ROWID;

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
  json_extract(finished.event, '$.report.bytesFreed') AS bytes_freed,
  json_extract(finished.event, '$.report.trashedCount') AS trashed,
  json_extract(finished.event, '$.report.purgedCount') AS purged,
  (SELECT group_concat(json_extract(value, '$.guard'), ', ')
    FROM json_each(finished.event, '$.report.guards')) AS guards,
  json_extract(finished.event, '$.report.error.message') AS refused
FROM cleanup_events AS started
LEFT JOIN cleanup_events AS finished ON finished.run_id = started.run_id AND finished.type = 'run_finished'
WHERE started.type = 'run_started';

CREATE VIEW cleanup_outcomes AS
SELECT run_id, target, root, session, claim_id, result, code,
  json_extract(event, '$.bytesFreed') AS bytes_freed,
  datetime(at_ms / 1000, 'unixepoch') AS at
FROM cleanup_events WHERE type = 'outcome';

-- The last two are of runs older than this table: their plan's event had it all.
CREATE VIEW cleanup_decisions AS
SELECT run.run_id, place.target, place.root, coalesce(decided.session, decided.name_key) AS session,
  iif(decided.rule IN ('beyond_keep', 'max_bytes', 'min_free'), 'delete', 'keep') AS action,
  decided.rule, decided.bytes, datetime(run.at_ms / 1000, 'unixepoch') AS at
FROM cleanup_recordings AS run JOIN cleanup_roots AS place ON place.id = run.root_id
JOIN cleanup_sessions AS decided ON decided.root_id = run.root_id AND decided.since_seq <= run.seq
WHERE run.totals IS NOT NULL
UNION ALL
SELECT run.run_id, place.target, place.root, coalesce(decided.session, decided.name_key),
  iif(decided.rule IN ('beyond_keep', 'max_bytes', 'min_free'), 'delete', 'keep'),
  decided.rule, decided.bytes, datetime(run.at_ms / 1000, 'unixepoch')
FROM cleanup_recordings AS run JOIN cleanup_roots AS place ON place.id = run.root_id
JOIN cleanup_spans AS decided
  ON decided.root_id = run.root_id AND decided.until_seq > run.seq AND decided.since_seq <= run.seq
WHERE run.totals IS NOT NULL
UNION ALL
SELECT planned.run_id, planned.target, planned.root, json_extract(kept.value, '$.id'), 'keep',
  json_extract(kept.value, '$.rule'), NULL, datetime(planned.at_ms / 1000, 'unixepoch')
FROM cleanup_events AS planned, json_each(planned.event, '$.kept') AS kept
WHERE planned.type = 'run_planned'
UNION ALL
SELECT planned.run_id, planned.target, planned.root, candidate.value, 'delete', 'beyond_keep', NULL,
  datetime(planned.at_ms / 1000, 'unixepoch')
FROM cleanup_events AS planned, json_each(planned.event, '$.candidates') AS candidate
WHERE planned.type = 'run_planned';

CREATE VIEW cleanup_kept AS
SELECT run_id, target, session, rule, at FROM cleanup_decisions WHERE action = 'keep';

-- Target, root and order are the claim's in these two, since its index has them.
CREATE VIEW cleanup_open_intents AS
SELECT claim.seq, intent.run_id, claim.target, claim.root, intent.session, intent.claim_id, intent.event
FROM cleanup_claims AS claim JOIN cleanup_events AS intent ON intent.seq = claim.seq
WHERE claim.state = 'open';

CREATE VIEW cleanup_trash AS
SELECT trashed.run_id, claim.target, claim.root, trashed.session, trashed.claim_id,
  datetime(trashed.at_ms / 1000, 'unixepoch') AS at,
  datetime(json_extract(trashed.event, '$.purgeAfterMs') / 1000, 'unixepoch') AS until
FROM cleanup_claims AS claim JOIN cleanup_events AS trashed ON trashed.seq = claim.seq
WHERE claim.state = 'trashed';

CREATE VIEW cleanup_pins AS
SELECT target, root, session, datetime(at_ms / 1000, 'unixepoch') AS at,
  datetime(json_extract(event, '$.untilMs') / 1000, 'unixepoch') AS until,
  json_extract(event, '$.reason') AS reason, max(seq) AS seq
FROM cleanup_events WHERE type = 'pinned' GROUP BY target, root, session;
`;
