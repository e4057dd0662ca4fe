import type { JournaledTarget } from "@caretaker/retention";
import type { RuleTotal } from "../decisions/rule-totals.js";
import type { CaretakerDatabase } from "../open-database.js";

/** What came to a root on one day. */
export interface NewBytes {
  /** `YYYY-MM-DD` in UTC, of the sessions' stamps. */
  readonly day: string;
  readonly sessions: number;
  /** Of those that were measured. */
  readonly bytes: number;
}

/** What stood in a root when its decisions were last recorded, and what came to it lately. */
export interface CleanupTotals {
  /** The run that recorded, dry or not, and when, in ms since the epoch. */
  readonly runId: string;
  readonly atMs: number;
  /** Every rule that decided anything, by name; `unknown:…` are entries that are not provably ours. */
  readonly rules: readonly RuleTotal[];
  /** The last 30 days that have a session, oldest first, whether it is still there or not. */
  readonly days: readonly NewBytes[];
}

const DAYS = 30;
const DAY_MS = 86_400_000;

/** Sessions and bytes by rule, and by day for a forecast; `null` while nothing was recorded. `nowMs` since the epoch. */
export function cleanupTotals(
  { connection }: Pick<CaretakerDatabase, "connection">,
  { name, root }: JournaledTarget,
  nowMs: number,
): CleanupTotals | null {
  const last = connection.prepare<[string, string], LastRow>(LAST).get(name, root);
  if (last === undefined) return null;
  const { rootId, runId, atMs, totals } = last;
  const today = dayOf(nowMs);
  const first = dayOf(nowMs - (DAYS - 1) * DAY_MS);
  const days = connection.prepare<[number, string, string], NewBytes>(NEW_BYTES).all(rootId, first, today);
  return { runId, atMs, rules: JSON.parse(totals) as readonly RuleTotal[], days };
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, -"T00:00:00.000Z".length);
}

interface LastRow {
  readonly rootId: number;
  readonly runId: string;
  readonly atMs: number;
  readonly totals: string;
}

// The totals were summed up when they were recorded: adding up a million sessions here would hold up the process.
const LAST = `
SELECT root_id AS rootId, run_id AS runId, at_ms AS atMs, totals FROM cleanup_recordings
WHERE root_id = (SELECT id FROM cleanup_roots WHERE target = ? AND root = ?) AND totals IS NOT NULL
ORDER BY seq DESC LIMIT 1`;

const NEW_BYTES =
  "SELECT day, sessions, bytes FROM cleanup_days WHERE root_id = ? AND day BETWEEN ? AND ? ORDER BY day";
