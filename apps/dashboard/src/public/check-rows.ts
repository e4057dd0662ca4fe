import { formatDuration } from "./format-duration.js";
import type { CheckStatus } from "./status.js";
import type { Marked, Tone } from "./view.js";

/** One line of the list of checks, every text ready to be shown. */
export interface CheckRow {
  readonly name: string;
  readonly place: string;
  readonly critical: boolean;
  readonly counted: boolean;
  readonly state: Marked;
  /** What stands beside the state: a code, a change on its way, a late result. */
  readonly remarks: readonly string[];
  readonly since: string;
  readonly age: string;
  readonly took: string;
  readonly measures: string;
}

/** The checks, worst first, as old as they are now: a page that gets no answers turns them stale by itself. */
export function checkRows(checks: readonly CheckStatus[], nowMs: number): readonly CheckRow[] {
  return checks
    .map((check) => ({ check, row: rowOf(check, nowMs) }))
    .toSorted((a, b) => rank(a) - rank(b) || compare(a.row.name + a.row.place, b.row.name + b.row.place))
    .map(({ row }) => row);
}

/** Whether the evidence is too old by its own time, whatever was said of it when it was young. */
export function isStale({ atMs, freshness, staleAfterMs }: CheckStatus, nowMs: number): boolean {
  // What nobody schedules has no time of its own, and is as good as the answer it came with.
  return freshness === "stale" || (atMs !== null && nowMs - atMs > staleAfterMs);
}

function rowOf(check: CheckStatus, nowMs: number): CheckRow {
  const { name, scope, host, critical, counted, measures } = check;
  return {
    name,
    place: scope === "fleet" ? "everywhere" : (host ?? "this machine"),
    critical,
    counted,
    state: stateOf(check, nowMs),
    remarks: remarksOf(check, nowMs),
    since: check.sinceMs === null ? "–" : formatDuration(nowMs - check.sinceMs),
    age: check.atMs === null ? "–" : formatDuration(nowMs - check.atMs),
    took: check.durationMs === null ? "–" : `${Math.round(check.durationMs)} ms`,
    measures: Object.entries(measures)
      .map(([measure, { value, unit }]) => `${measure} ${round(value)} ${unit}`.trimEnd())
      .join(", "),
  };
}

const TONES: Readonly<Record<CheckStatus["state"], Tone>> = {
  up: "pass",
  degraded: "warn",
  down: "fail",
  unknown: "unknown",
};

function stateOf(check: CheckStatus, nowMs: number): Marked {
  if (check.freshness === "none") return { tone: "unknown", word: "awaiting first run" };
  // An old "up" must never look like one: the word stays to be read, the colour goes.
  if (isStale(check, nowMs)) return { tone: "unknown", word: `stale, was ${check.state}` };
  return { tone: TONES[check.state], word: check.state };
}

function remarksOf(check: CheckStatus, nowMs: number): string[] {
  const { code, pending, atMs, lateAfterMs } = check;
  const late = atMs !== null && nowMs - atMs > lateAfterMs && !isStale(check, nowMs);
  return [
    ...(code === "ok" || code === "stale" || code === "no_data" ? [] : [code]),
    ...(late ? ["late"] : []),
    ...(pending === null ? [] : [`${pending.outcome} ${pending.count} of ${pending.of}`]),
  ];
}

const ORDER: readonly Tone[] = ["fail", "unknown", "warn", "pass"];

function rank({ check, row }: { check: CheckStatus; row: CheckRow }): number {
  return (check.counted ? 0 : 100) + ORDER.indexOf(row.state.tone) * 2 + (check.critical ? 0 : 1);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
