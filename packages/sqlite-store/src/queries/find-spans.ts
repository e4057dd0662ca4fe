import { setImmediate } from "node:timers/promises";
import type { Rule } from "@caretaker/retention";
import { nameKeyOf } from "../decisions/name-key.js";
import type { SqliteConnection } from "../sqlite.js";

/** A rule that decided of a session from one run until another. */
export interface DecisionSpan {
  readonly type: "decided";
  readonly rule: Rule;
  /** What was known last while it held. */
  readonly bytes: number | null;
  /** The first run that decided so, and when; `null` when that is longer ago than is kept. */
  readonly since: RunMoment | null;
  /** The first run that no longer did; `null` while it holds. */
  readonly until: RunMoment | null;
}

/** When a run decided, in ms since the epoch. */
export interface RunMoment {
  readonly runId: string;
  readonly atMs: number;
}

/** The session to look for. */
export interface SpanQuery {
  readonly rootId: number;
  readonly session: string;
}

/**
 * The spans of one session, the closed ones first. No index has names first: kept for a million random names, it would
 * cost more writing than the decisions themselves. So everything is looked through, in slices of a few milliseconds.
 */
export async function findSpans(
  connection: SqliteConnection,
  { rootId, session }: SpanQuery,
): Promise<readonly DecisionSpan[]> {
  const spans: DecisionSpan[] = [];
  for (const { end, find } of [CLOSED, CURRENT]) {
    const findEnd = connection.prepare<SliceParameters, Position>(end);
    const findRows = connection.prepare<SliceParameters & { sought: string | Buffer }, SpanRow>(find);
    let position: Position | undefined = START;
    while (position !== undefined) {
      const slice: SliceParameters = { rootId, ...position, rows: ROWS_PER_SLICE };
      spans.push(...findRows.all({ ...slice, sought: nameKeyOf(session) }).map(toSpan));
      position = findEnd.get(slice);
      await setImmediate();
    }
  }
  return spans;
}

const ROWS_PER_SLICE = 10_000;

interface Position {
  readonly untilSeq: number;
  readonly stampMs: number;
  readonly nameKey: Buffer;
}

const START: Position = { untilSeq: 0, stampMs: Number.NEGATIVE_INFINITY, nameKey: Buffer.alloc(0) };

type SliceParameters = Position & { readonly rootId: number; readonly rows: number };

const CLOSED = statementsFor("cleanup_spans", "until_seq, stamp_ms, name_key", "until_seq");
const CURRENT = statementsFor("cleanup_sessions", "stamp_ms, name_key", "0");

function statementsFor(table: string, key: string, untilSeq: string): { readonly end: string; readonly find: string } {
  const position = key
    .replace("until_seq", "@untilSeq")
    .replace("stamp_ms", "@stampMs")
    .replace("name_key", "CAST(@nameKey AS TEXT)");
  const rows = `FROM ${table} WHERE root_id = @rootId AND (${key}) > (${position}) ORDER BY ${key}`;
  const end = `
    SELECT ${untilSeq} AS untilSeq, stamp_ms AS stampMs, CAST(name_key AS BLOB) AS nameKey ${rows}
    LIMIT 1 OFFSET @rows - 1`;
  const find = `
    SELECT span.rule, span.bytes, since.run_id AS sinceRun, since.at_ms AS sinceMs, until.run_id AS untilRun,
      until.at_ms AS untilMs
    FROM (SELECT name_key, rule, bytes, since_seq, ${untilSeq} AS until_seq ${rows} LIMIT @rows) AS span
    LEFT JOIN cleanup_recordings AS since ON since.seq = span.since_seq
    LEFT JOIN cleanup_recordings AS until ON until.seq = span.until_seq
    WHERE span.name_key = CAST(@sought AS TEXT)`;
  return { end, find };
}

interface SpanRow extends Pick<DecisionSpan, "rule" | "bytes"> {
  readonly sinceRun: string | null;
  readonly sinceMs: number | null;
  readonly untilRun: string | null;
  readonly untilMs: number | null;
}

function toSpan({ rule, bytes, sinceRun, sinceMs, untilRun, untilMs }: SpanRow): DecisionSpan {
  return { type: "decided", rule, bytes, since: momentOf(sinceRun, sinceMs), until: momentOf(untilRun, untilMs) };
}

function momentOf(runId: string | null, atMs: number | null): RunMoment | null {
  return runId === null || atMs === null ? null : { runId, atMs };
}
