import {
  decodeStrip,
  decodeTransition,
  encodeStrip,
  HISTORY_MS,
  type HistoryStore,
  isCurrent,
  isWithin,
  mergeStrips,
  type StripEntry,
  type TransitionEntry,
} from "@caretaker/health";
import type { CaretakerDatabase } from "./open-database.js";
import type { SqliteConnection } from "./sqlite.js";

/** More changes than this are kept by no range. */
const MAX_TRANSITIONS = 10_000;

/** The history in the database: several workers on one file keep one history. */
export function createStatusHistory({ connection }: Pick<CaretakerDatabase, "connection">): HistoryStore {
  const strips = stripTable(connection);
  const transitions = transitionTable(connection);
  return {
    // In one transaction, begun as a writer's: what is read is what is written over.
    merge: async (entries) => connection.transaction(() => strips.merge(entries)).immediate(),
    add: async (entries) => {
      if (entries.length > 0) connection.transaction(() => entries.forEach(transitions.add)).immediate();
    },
    newest: async (count) => transitions.newest(count),
    prune: async (nowMs) => {
      connection.transaction(() => {
        transitions.prune(nowMs);
        strips.prune(nowMs);
      })();
    },
  };
}

type StripRow = Pick<StripEntry, "series" | "range"> & { readonly strip: string };

function stripTable(connection: SqliteConnection) {
  const all = connection.prepare<[], StripRow>("SELECT series, range, strip FROM status_strips");
  const write = connection.prepare<StripRow>(
    "INSERT OR REPLACE INTO status_strips (series, range, strip) VALUES (@series, @range, @strip)",
  );
  const remove = connection.prepare<StripRow>("DELETE FROM status_strips WHERE series = @series AND range = @range");
  return {
    merge: (entries: readonly StripEntry[]): StripEntry[] => {
      const held = new Map(all.all().map((row) => [keyOf(row), toEntry(row)]));
      for (const entry of entries) {
        const before = held.get(keyOf(entry));
        const strip = before === undefined || before === null ? entry.strip : mergeStrips(before.strip, entry.strip);
        held.set(keyOf(entry), { ...entry, strip });
        // A check that stays as it is changes its strips once a minute, and nothing is written in between.
        const isKnown = before !== undefined && before !== null && isWithin(entry.strip, before.strip);
        if (!isKnown) write.run({ series: entry.series, range: entry.range, strip: encodeStrip(strip) });
      }
      return [...held.values()].flatMap((entry) => entry ?? []);
    },
    prune: (nowMs: number) => {
      for (const row of all.all()) {
        const entry = toEntry(row);
        if (entry === null || !isCurrent(entry, nowMs)) remove.run(row);
      }
    },
  };
}

function keyOf({ series, range }: Pick<StripEntry, "series" | "range">): string {
  return `${range}|${series}`;
}

function toEntry({ series, range, strip }: StripRow): StripEntry | null {
  const decoded = decodeStrip(strip);
  return decoded === null ? null : { series, range, strip: decoded };
}

type TransitionRow = Omit<TransitionEntry, "cause" | "from" | "to" | "code"> & {
  readonly from: string;
  readonly to: string;
  readonly code: string;
  readonly cause: string | null;
};

function transitionTable(connection: SqliteConnection) {
  const insert = connection.prepare<TransitionRow>(`
    INSERT OR IGNORE INTO status_transitions (id, at_ms, check_name, host, from_state, to_state, code, run_id, cause)
    VALUES (@id, @atMs, @check, @host, @from, @to, @code, @runId, @cause)`);
  const newest = connection.prepare<[number], TransitionRow>(`
    SELECT id, at_ms AS atMs, check_name AS "check", host, from_state AS "from", to_state AS "to", code,
      run_id AS runId, cause
    FROM status_transitions ORDER BY at_ms DESC, id DESC LIMIT ?`);
  const forget = connection.prepare<[number]>("DELETE FROM status_transitions WHERE at_ms < ?");
  const trim = connection.prepare<[number]>(`
    DELETE FROM status_transitions WHERE at_ms <
      (SELECT at_ms FROM status_transitions ORDER BY at_ms DESC LIMIT 1 OFFSET ?)`);
  return {
    add: (entry: TransitionEntry) => {
      insert.run({ ...entry, cause: entry.cause === null ? null : JSON.stringify(entry.cause) });
    },
    newest: (count: number) =>
      newest
        .all(count)
        .reverse()
        .flatMap((row) => toTransition(row) ?? []),
    prune: (nowMs: number) => {
      forget.run(nowMs - HISTORY_MS);
      trim.run(MAX_TRANSITIONS - 1);
    },
  };
}

function toTransition({ id, check, host, atMs, cause, ...row }: TransitionRow): TransitionEntry | null {
  const fields = { from: row.from, to: row.to, code: row.code, runId: row.runId, at: String(atMs) };
  return decodeTransition({ id, check, host }, { ...fields, cause: cause ?? undefined });
}
