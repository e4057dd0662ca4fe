import type { RecordedDecision } from "@caretaker/retention";
import type { SqliteConnection } from "../sqlite.js";
import type { Change } from "./merge-decisions.js";
import { nameKeyOf } from "./name-key.js";
import { NO_STAMP_MS } from "./session-index.js";

/** The recording that changes are of. */
export interface Recording {
  readonly rootId: number;
  readonly seq: number;
}

/** Writes changes all or none: the index says what is, and what a rule no longer decides becomes a closed span. */
export function createChangeWriter(
  connection: SqliteConnection,
  { rootId, seq }: Recording,
): (changes: readonly Change[]) => void {
  const close = connection.prepare<KeyParameters>(CLOSE_SPAN);
  const remove = connection.prepare<KeyParameters>(REMOVE);
  const put = connection.prepare<KeyParameters & SessionParameters>(PUT);
  const addToDay = connection.prepare<DayParameters>(ADD_TO_DAY);
  const writeOne = ({ stored, decided }: Change) => {
    const { id, stampMs } = (decided ?? stored) as RecordedDecision;
    const key = { rootId, seq, stampMs: stampMs ?? NO_STAMP_MS, nameKey: nameKeyOf(id) };
    if (stored !== undefined && stored.rule !== decided?.rule) close.run(key);
    if (decided === undefined) remove.run(key);
    else put.run({ ...key, ...toSession(decided, key.nameKey) });
  };
  return connection.transaction((changes: readonly Change[]) => {
    for (const change of changes) writeOne(change);
    for (const [day, added] of addedByDay(changes)) addToDay.run({ rootId, day, ...added });
  }).immediate;
}

interface KeyParameters {
  readonly rootId: number;
  readonly seq: number;
  readonly stampMs: number;
  readonly nameKey: string | Buffer;
}

interface SessionParameters {
  readonly session: string | null;
  readonly rule: string;
  readonly bytes: number | null;
}

interface DayParameters {
  readonly rootId: number;
  readonly day: string;
  readonly sessions: number;
  readonly bytes: number;
}

function toSession({ id, rule, bytes }: RecordedDecision, nameKey: string | Buffer): SessionParameters {
  return { session: nameKey === id ? null : id, rule, bytes: bytes === null ? null : Math.trunc(bytes) };
}

/** What is new, by the day of its stamp in UTC; what grew counts by how much. */
function addedByDay(changes: readonly Change[]): Map<string, { sessions: number; bytes: number }> {
  const days = new Map<string, { sessions: number; bytes: number }>();
  for (const { stored, decided } of changes) {
    const day = decided === undefined ? null : dayOf(decided.stampMs);
    if (decided === undefined || day === null) continue;
    const added = days.get(day) ?? { sessions: 0, bytes: 0 };
    added.sessions += stored === undefined ? 1 : 0;
    added.bytes += Math.trunc(decided.bytes ?? 0) - (stored?.bytes ?? 0);
    days.set(day, added);
  }
  return days;
}

function dayOf(stampMs: number | null): string | null {
  const date = new Date(stampMs ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, -"T00:00:00.000Z".length);
}

const KEY = "root_id = @rootId AND stamp_ms = @stampMs AND name_key = CAST(@nameKey AS TEXT)";

const CLOSE_SPAN = `
INSERT INTO cleanup_spans (root_id, until_seq, stamp_ms, name_key, session, rule, bytes, since_seq)
SELECT root_id, @seq, stamp_ms, name_key, session, rule, bytes, since_seq FROM cleanup_sessions WHERE ${KEY}`;

const REMOVE = `DELETE FROM cleanup_sessions WHERE ${KEY}`;

// A size alone is no decision: it is kept up to date and begins no new span.
const PUT = `
INSERT INTO cleanup_sessions (root_id, stamp_ms, name_key, session, rule, bytes, since_seq)
VALUES (@rootId, @stampMs, CAST(@nameKey AS TEXT), @session, @rule, @bytes, @seq)
ON CONFLICT (root_id, stamp_ms, name_key) DO UPDATE SET bytes = excluded.bytes, rule = excluded.rule,
  since_seq = iif(rule = excluded.rule, since_seq, excluded.since_seq)`;

const ADD_TO_DAY = `
INSERT INTO cleanup_days (root_id, day, sessions, bytes) VALUES (@rootId, @day, @sessions, @bytes)
ON CONFLICT (root_id, day) DO UPDATE SET sessions = sessions + @sessions, bytes = bytes + @bytes`;
