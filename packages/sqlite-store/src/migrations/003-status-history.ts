/**
 * What the checks were: their changes of state by the id that Redis gave each, and for each range a strip of its last
 * buckets, a digit each (1 up, 2 degraded, 4 down, added up).
 */
export const STATUS_HISTORY = `
CREATE TABLE status_transitions (
  id TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  check_name TEXT NOT NULL,
  host TEXT,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  code TEXT NOT NULL,
  run_id TEXT NOT NULL,
  cause TEXT
) STRICT;

CREATE INDEX status_transitions_by_time ON status_transitions (at_ms);

CREATE TABLE status_strips (
  series TEXT NOT NULL,
  range TEXT NOT NULL CHECK (range IN ('1h', '24h', '7d')),
  strip TEXT NOT NULL,
  PRIMARY KEY (series, range)
) STRICT, WITHOUT ROWID;
`;
