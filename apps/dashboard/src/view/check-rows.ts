import type { CheckStatus } from "@caretaker/status";
import { ageCheck } from "./age-check.js";
import { formatDuration } from "./format-duration.js";
import { type Fuse, fuseOf } from "./fuse.js";
import { measuresInWords } from "./measures.js";
import { type Marked, rankOf } from "./tone.js";

/** One line of the list of checks, every text ready to be shown. */
export interface CheckRow {
  /** Tells rows apart, in addresses too: `ffmpeg`, `ffmpeg@host-a`. */
  readonly key: string;
  readonly name: string;
  readonly host: string | null;
  readonly scope: CheckStatus["scope"];
  readonly critical: boolean;
  readonly counted: boolean;
  readonly state: Marked;
  /** Why, from the closed set; `null` where nothing is to be said. */
  readonly code: string | null;
  readonly sentence: string;
  /** A change on its way, a late result. */
  readonly remarks: readonly string[];
  readonly since: string;
  readonly lastRun: string;
  readonly nextRun: string;
  readonly fuse: Fuse | null;
  readonly took: string;
  /** Oldest first, in ms. */
  readonly durationsMs: readonly number[];
}

/** The checks, worst first, critical before others, what does not count here last. */
export function checkRows(checks: readonly CheckStatus[], nowMs: number): readonly CheckRow[] {
  return checks
    .map((check) => rowOf(check, nowMs))
    .sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** The key of one check and machine. */
export function keyOf({ name, host }: Pick<CheckStatus, "name" | "host">): string {
  return host === null ? name : `${name}@${host}`;
}

function rank({ counted, critical, state: { tone } }: CheckRow): number {
  return (counted ? 0 : 100) + rankOf(tone) * 2 + (critical ? 0 : 1);
}

function rowOf(check: CheckStatus, nowMs: number): CheckRow {
  const { name, host, scope, critical, counted, atMs, sinceMs, durationMs } = check;
  const { state, freshness } = ageCheck(check, nowMs);
  return {
    key: keyOf(check),
    name,
    host,
    scope,
    critical,
    counted,
    state,
    code: freshness === "stale" ? "stale" : check.code === "ok" ? null : check.code,
    sentence: freshness === "stale" ? "has no recent result" : sentenceOf(check),
    remarks: remarksOf(check, freshness),
    since: sinceMs === null ? "–" : formatDuration(nowMs - sinceMs),
    lastRun: atMs === null ? (check.everyMs === 0 ? "with every answer" : "never") : ago(nowMs - atMs),
    nextRun: nextRunOf(check, nowMs),
    fuse: fuseOf(check, nowMs),
    took: durationMs === null ? "–" : `${Math.round(durationMs)} ms`,
    durationsMs: check.durationsMs.toReversed(),
  };
}

/** The sentence begins with the check's own name, which stands beside it already, and ends with its numbers. */
function sentenceOf({ name, code, output, secret, measures }: CheckStatus): string {
  const numbers = measuresInWords(measures);
  if (secret === "configured") return "configured";
  if (code === "ok" && numbers !== "") return numbers;
  const [said = ""] = (output.startsWith(`${name} `) ? output.slice(name.length + 1) : output).split(": ");
  return numbers === "" ? said : `${said}: ${numbers}`;
}

function remarksOf({ pending }: CheckStatus, freshness: CheckStatus["freshness"]): string[] {
  const change = pending === null ? [] : [`${pending.outcome} ${pending.count} of ${pending.of}`];
  return [...(freshness === "late" ? ["late"] : []), ...change];
}

function nextRunOf({ nextRunAtMs }: CheckStatus, nowMs: number): string {
  if (nextRunAtMs === null) return "–";
  const leftMs = nextRunAtMs - nowMs;
  // A run takes its time, and a second more says nothing yet.
  if (leftMs < -1_000) return `due ${ago(-leftMs)}`;
  return leftMs < 1_000 ? "now" : `in ${formatDuration(leftMs)}`;
}

function ago(ms: number): string {
  return ms < 1_000 ? "now" : `${formatDuration(ms)} ago`;
}
