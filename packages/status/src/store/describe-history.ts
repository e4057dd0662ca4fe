import {
  BUCKET_MS,
  BUCKETS,
  bucketOf,
  bucketsUntil,
  describeCode,
  type HistoryRange,
  markStrips,
  mergeStrips,
  type Snapshot,
  type StripEntry,
  seenSpans,
  type TransitionEntry,
} from "@caretaker/health";
import type { History, Strip, Transition } from "../types.js";

/** What was read of the past. */
export interface Past {
  readonly strips: readonly StripEntry[];
  /** Newest first, at most `MAX_TRANSITIONS`. */
  readonly transitions: readonly TransitionEntry[];
  readonly readAtMs: number;
}

/** What a history is made of. Times in ms, Redis server time. */
export interface HistoryContent {
  readonly past: Past;
  readonly snapshot: Pick<Snapshot, "specs" | "records">;
  readonly nowMs: number;
  readonly range: HistoryRange;
  /** `null` for all. */
  readonly check: string | null;
}

/** At most this many changes of state are told. */
export const MAX_TRANSITIONS = 200;

/** Strips and changes of one range: what workers have kept, and what the snapshot knows since they did. */
export function describeHistory(content: HistoryContent): History {
  const { past, nowMs, range, check } = content;
  const end = bucketOf(nowMs, range);
  const bucketMs = BUCKET_MS[range];
  const fromMs = (end - BUCKETS + 1) * bucketMs;
  const told = past.transitions.filter((entry) => check === null || entry.check === check);
  const transitions = withEnds(told).filter(({ atMs }) => atMs >= fromMs);
  return {
    version: 1,
    nowMs: Math.round(nowMs),
    range,
    bucketMs,
    fromMs,
    toMs: (end + 1) * bucketMs,
    readAtMs: Math.round(past.readAtMs),
    strips: stripsOf(content, end),
    transitions,
    truncated: told.length >= MAX_TRANSITIONS && transitions.length === told.length,
  };
}

/** Newest first, so whatever of the same series came before in the list is what followed it in time. */
function withEnds(transitions: readonly TransitionEntry[]): Transition[] {
  const nextAtMs = new Map<string, number>();
  return transitions.map(({ id, check, host, from, to, code, runId, atMs }) => {
    const series = seriesOf({ check, host });
    const endedAtMs = nextAtMs.get(series) ?? null;
    nextAtMs.set(series, atMs);
    return { id, check, host, from, to, code, output: describeCode(check, code), runId, atMs, endedAtMs };
  });
}

function stripsOf({ past, snapshot, nowMs, range, check }: HistoryContent, end: number): Strip[] {
  const isAsked = (name: string) => snapshot.specs.has(name) && (check === null || name === check);
  const now = snapshot.records.flatMap((record) => {
    const spec = snapshot.specs.get(record.check);
    if ("unreadable" in record || spec === undefined) return [];
    const transitions = past.transitions.filter((entry) => seriesOf(entry) === seriesOf(record));
    const spans = seenSpans({ record, spec, transitions, fromMs: Number.NEGATIVE_INFINITY, nowMs });
    return markStrips(seriesOf(record), spans);
  });
  const kept = [...past.strips, ...now].filter((entry) => entry.range === range && isAsked(nameOf(entry.series)));
  const bySeries = new Map<string, StripEntry["strip"]>();
  for (const { series, strip } of kept) {
    const held = bySeries.get(series);
    bySeries.set(series, held === undefined ? strip : mergeStrips(held, strip));
  }
  return [...bySeries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([series, strip]) => toStrip(series, bucketsUntil(strip, end)));
}

/** A strip as it is told; none of a machine that was never seen in this range. */
function toStrip(series: string, buckets: ReturnType<typeof bucketsUntil>): Strip[] {
  if (buckets.every(({ worst }) => worst === null)) return [];
  const mixed = buckets.flatMap(({ isMixed }, place) => (isMixed ? [place] : []));
  const at = series.indexOf("@");
  const host = at === -1 ? null : series.slice(at + 1);
  return [{ check: nameOf(series), host, worst: buckets.map(({ worst }) => worst), mixed }];
}

function nameOf(series: string): string {
  return series.split("@", 1)[0] ?? series;
}

function seriesOf({ check, host }: { readonly check: string; readonly host: string | null }): string {
  return host === null ? check : `${check}@${host}`;
}
