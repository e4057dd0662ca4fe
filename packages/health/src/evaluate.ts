import type { CheckSpec } from "./check.js";
import type { Code } from "./codes.js";
import { type Freshness, freshnessOf, lateAfterMs, staleAfterMs } from "./freshness.js";
import type { Measure } from "./outcome.js";
import type { CheckRecord, Snapshot, UnreadableRecord, WorkerBeat } from "./snapshot.js";
import type { Pending, State } from "./state.js";
import { type Verdict, worst } from "./verdict.js";

/** One check (and, for host scope, one machine) as it counts at one moment. Times in ms, Redis server time. */
export interface CheckEvaluation {
  readonly name: string;
  readonly spec: CheckSpec;
  readonly host: string | null;
  readonly state: State;
  readonly freshness: Freshness;
  readonly code: Code;
  /** What it adds to the verdict, if it counts here. */
  readonly contribution: Verdict;
  /** `false` for another machine's result and for a withdrawn one: shown, not counted. */
  readonly counted: boolean;
  readonly pending: Pending | null;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly ageMs: number | null;
  readonly atMs: number | null;
  readonly sinceMs: number | null;
  readonly durationMs: number | null;
  readonly runId: string | null;
}

/** What all checks add up to, and until when that holds if nothing new is published. */
export interface Evaluation {
  readonly verdict: Verdict;
  readonly checks: readonly CheckEvaluation[];
  /** The next moment at which time alone changes a freshness or a state. */
  readonly validUntilMs: number;
}

/** Who asks: results of other machines are shown to it, not counted. */
export interface EvaluateOptions {
  readonly nowMs: number;
  readonly hostId: string;
}

/** How long after its last beat a worker still counts as alive. */
export const WORKER_ALIVE_MS = 15_000;

/** Every expected check with its state, freshness and contribution, and the worst of those that count (health.md §5, §6). */
export function evaluate(snapshot: Snapshot, { nowMs, hostId }: EvaluateOptions): Evaluation {
  const checks = [...snapshot.specs.values()]
    .flatMap((spec) => subjectsOf(spec, snapshot, { nowMs, hostId }))
    .map((subject) => evaluateSubject(subject, { nowMs, hostId }));
  const counted = checks.filter((check) => check.counted);
  return {
    verdict: worst(counted.map((check) => check.contribution)),
    checks,
    validUntilMs: Math.min(...counted.map((check) => nextBoundaryMs(check, nowMs)), Number.POSITIVE_INFINITY),
  };
}

interface Subject {
  readonly spec: CheckSpec;
  readonly host: string | null;
  readonly record: CheckRecord | UnreadableRecord | null;
}

function subjectsOf(spec: CheckSpec, snapshot: Snapshot, options: EvaluateOptions): Subject[] {
  const records = snapshot.records.filter(
    (record) => record.check === spec.name && (record.host === null) === (spec.scope === "fleet"),
  );
  const subjects = records.map((record): Subject => ({ spec, host: record.host, record }));
  return expectsMore(spec, records, snapshot.workers, options)
    ? [...subjects, awaited(spec, options.hostId)]
    : subjects;
}

/** A fleet result is always owed; a host result only where a living worker could produce it. */
function expectsMore(
  spec: CheckSpec,
  records: Subject["record"][],
  workers: readonly WorkerBeat[],
  { nowMs, hostId }: EvaluateOptions,
): boolean {
  if (spec.scope === "fleet") return records.length === 0;
  if (records.some((record) => record?.host === hostId)) return false;
  return workers.some(({ host, beatAtMs }) => host === hostId && nowMs - beatAtMs <= WORKER_ALIVE_MS);
}

function awaited(spec: CheckSpec, hostId: string): Subject {
  return { spec, host: spec.scope === "host" ? hostId : null, record: null };
}

function evaluateSubject({ spec, host, record }: Subject, { nowMs, hostId }: EvaluateOptions): CheckEvaluation {
  const isOurs = host === null || host === hostId;
  if (record === null || "unreadable" in record) {
    return {
      ...withoutEvidence(spec, host),
      ...(record === null ? {} : { freshness: "stale", code: "stale" }),
      counted: isOurs,
    };
  }
  const ageMs = nowMs - record.atMs;
  const freshness = freshnessOf(ageMs, spec);
  const state = freshness === "stale" ? stateWhenStale(spec, record, ageMs) : record.state;
  return {
    name: spec.name,
    spec,
    host,
    state,
    freshness,
    code: freshness === "stale" ? "stale" : record.outcome.code,
    contribution: contributionOf(spec, state, freshness),
    counted: isOurs && !record.withdrawn,
    pending: record.pending,
    measures: record.outcome.measures,
    ageMs: Math.max(0, ageMs),
    atMs: record.atMs,
    sinceMs: record.sinceMs,
    durationMs: record.outcome.durationMs,
    runId: record.runId,
  };
}

function withoutEvidence(spec: CheckSpec, host: string | null): Omit<CheckEvaluation, "counted"> {
  return {
    name: spec.name,
    spec,
    host,
    state: "unknown",
    freshness: "none",
    code: "no_data",
    contribution: contributionOf(spec, "unknown", "none"),
    pending: null,
    measures: {},
    ageMs: null,
    atMs: null,
    sinceMs: null,
    durationMs: null,
    runId: null,
  };
}

function stateWhenStale(spec: CheckSpec, record: CheckRecord, ageMs: number): State {
  switch (spec.onStale) {
    case "hold":
      // An age from the future is no evidence of anything, so there is nothing to hold.
      return ageMs >= 0 && ageMs <= staleAfterMs(spec) + spec.maxHoldMs ? record.state : "unknown";
    case "warn":
      return "unknown";
    case "fail":
      return "down";
  }
}

function contributionOf(spec: CheckSpec, state: State, freshness: Freshness): Verdict {
  const ofState = contributionOfState(spec, state);
  return freshness === "stale" ? worst(["warn", ofState]) : ofState;
}

function contributionOfState(spec: CheckSpec, state: State): Verdict {
  switch (state) {
    case "up":
      return "pass";
    case "degraded":
      return "warn";
    case "down":
      return spec.critical ? "fail" : "warn";
    case "unknown":
      return spec.critical ? spec.onUnknown : "warn";
  }
}

function nextBoundaryMs({ atMs, spec }: CheckEvaluation, nowMs: number): number {
  if (atMs === null) return Number.POSITIVE_INFINITY;
  const stale = staleAfterMs(spec);
  // One past each edge: at the edge itself the result is still the younger of the two.
  const edges = [lateAfterMs(spec), stale, stale + spec.maxHoldMs].map((edge) => atMs + edge + 1);
  return Math.min(...edges.filter((edge) => edge > nowMs), Number.POSITIVE_INFINITY);
}
