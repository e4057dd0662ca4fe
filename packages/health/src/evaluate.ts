import type { CheckSpec } from "./check.js";
import type { Code } from "./codes.js";
import { type Freshness, FUTURE_TOLERANCE_MS, freshnessOf, lateAfterMs, staleAfterMs } from "./freshness.js";
import type { Measure } from "./outcome.js";
import { recentDurations } from "./recent-durations.js";
import { type RecentOutcome, recentOutcomes } from "./recent-outcomes.js";
import type { CheckRecord, Snapshot, UnreadableRecord, WorkerBeat } from "./snapshot.js";
import type { Pending, State, StoredState } from "./state.js";
import { type Verdict, worst } from "./verdict.js";

/** One check (and, for host scope, one machine) as it counts at one moment. Times in ms, Redis server time. */
export interface CheckEvaluation {
  readonly name: string;
  readonly spec: CheckSpec;
  readonly host: string | null;
  readonly state: State;
  /** What the outcomes add up to whatever their age; `null` where there is no readable result. */
  readonly storedState: StoredState | null;
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
  /** The last outcomes, newest first, the one this is made of among them. */
  readonly recent: readonly RecentOutcome[];
  /** How long the last runs took, newest first, at most 30. */
  readonly durationsMs: readonly number[];
  /** How often the state has changed. */
  readonly transitionCount: number;
}

/** What all checks add up to, and until when that holds if nothing new is published. */
export interface Evaluation {
  readonly verdict: Verdict;
  readonly checks: readonly CheckEvaluation[];
  /** The next moment at which time alone changes anything here but an age. */
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
  const recordsOf = byCheck(snapshot.records);
  const checks = [...snapshot.specs.values()]
    .flatMap((spec) => subjectsOf(spec, recordsOf.get(spec.name) ?? [], { workers: snapshot.workers, nowMs, hostId }))
    .map((subject) => evaluateSubject(subject, { nowMs, hostId }));
  const counted = checks.filter((check) => check.counted);
  return {
    verdict: worst(counted.map((check) => check.contribution)),
    checks,
    validUntilMs: firstAfter(nowMs, boundariesOf(checks, snapshot.workers, hostId)),
  };
}

interface Subject {
  readonly spec: CheckSpec;
  readonly host: string | null;
  readonly record: CheckRecord | UnreadableRecord | null;
}

type Stored = Snapshot["records"][number];

// Sought once for each check, two hundred checks would be forty thousand comparisons after every publication.
function byCheck(records: readonly Stored[]): ReadonlyMap<string, readonly Stored[]> {
  const groups = new Map<string, Stored[]>();
  for (const record of records) {
    const group = groups.get(record.check);
    if (group === undefined) groups.set(record.check, [record]);
    else group.push(record);
  }
  return groups;
}

interface SubjectOptions extends EvaluateOptions {
  readonly workers: readonly WorkerBeat[];
}

function subjectsOf(spec: CheckSpec, stored: readonly Stored[], options: SubjectOptions): Subject[] {
  const records = stored.filter((record) => (record.host === null) === (spec.scope === "fleet"));
  const subjects = records.map((record): Subject => ({ spec, host: record.host, record }));
  return expectsMore(spec, records, options.workers, options) ? [...subjects, awaited(spec, options.hostId)] : subjects;
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
    return { ...(record === null ? awaitedEvaluation(spec, host) : unreadableEvaluation(spec, host)), counted: isOurs };
  }
  const ageMs = nowMs - record.atMs;
  const freshness = freshnessOf(ageMs, spec);
  const state = freshness === "stale" ? stateWhenStale(spec, heldState(spec, record, ageMs)) : record.state;
  return {
    name: spec.name,
    spec,
    host,
    state,
    storedState: record.state,
    freshness,
    code: freshness === "stale" ? "stale" : record.outcome.code,
    contribution: contributionOf(spec, state, freshness),
    counted: isOurs && !record.withdrawn,
    pending: record.pending,
    // A number that a secret's check measures would be derived from its value.
    measures: spec.componentType === "secret" ? {} : record.outcome.measures,
    ageMs: Math.max(0, ageMs),
    atMs: record.atMs,
    sinceMs: record.sinceMs,
    durationMs: record.outcome.durationMs,
    runId: record.runId,
    recent: recentOutcomes(record),
    durationsMs: recentDurations(record),
    transitionCount: record.transitionCount,
  };
}

type Uncounted = Omit<CheckEvaluation, "counted">;

function awaitedEvaluation(spec: CheckSpec, host: string | null): Uncounted {
  return { ...withoutEvidence(spec, host, "unknown"), freshness: "none", code: "no_data" };
}

/** Stale, whatever it may once have said: there is nothing in it to hold. */
function unreadableEvaluation(spec: CheckSpec, host: string | null): Uncounted {
  return { ...withoutEvidence(spec, host, stateWhenStale(spec, "unknown")), freshness: "stale", code: "stale" };
}

/** What is told of a check of which no run is known. */
export const NO_EVIDENCE = {
  pending: null,
  measures: {},
  ageMs: null,
  atMs: null,
  sinceMs: null,
  durationMs: null,
  runId: null,
  recent: [],
  durationsMs: [],
  transitionCount: 0,
} as const satisfies Partial<CheckEvaluation>;

function withoutEvidence(spec: CheckSpec, host: string | null, state: State): Omit<Uncounted, "freshness" | "code"> {
  return {
    name: spec.name,
    spec,
    host,
    state,
    storedState: null,
    contribution: contributionOfState(spec, state),
    ...NO_EVIDENCE,
  };
}

function heldState(spec: CheckSpec, record: CheckRecord, ageMs: number): State {
  // An age from the future is no evidence of anything, so there is nothing to hold.
  return ageMs >= 0 && ageMs <= holdEndsAfterMs(spec) ? record.state : "unknown";
}

function stateWhenStale(spec: CheckSpec, held: State): State {
  switch (spec.onStale) {
    case "hold":
      return held;
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

/** What a state adds to the verdict, its age left aside (health.md §6). */
export function contributionOfState(spec: CheckSpec, state: State): Verdict {
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

/** The age in ms after which a stale state is no longer held. */
export function holdEndsAfterMs(spec: CheckSpec): number {
  return staleAfterMs(spec) + spec.maxHoldMs;
}

function boundariesOf(checks: readonly CheckEvaluation[], workers: readonly WorkerBeat[], hostId: string): number[] {
  const isAwaited = checks.some(({ host, freshness }) => host !== null && freshness === "none");
  return [...checks.flatMap(boundariesOfCheck), ...(isAwaited ? [silentAtMs(workers, hostId)] : [])];
}

function boundariesOfCheck({ atMs, spec }: CheckEvaluation): number[] {
  if (atMs === null) return [];
  const edges = [lateAfterMs(spec), staleAfterMs(spec), ...(spec.onStale === "hold" ? [holdEndsAfterMs(spec)] : [])];
  // One past each edge: at the edge itself the result is still the younger of the two. A record from the future turns
  // into evidence at its edge.
  return [atMs - FUTURE_TOLERANCE_MS, ...edges.map((edge) => atMs + edge + 1)];
}

/** When the last worker of this machine counts as gone, and with it the results it owes. */
function silentAtMs(workers: readonly WorkerBeat[], hostId: string): number {
  const beats = workers.filter(({ host }) => host === hostId).map(({ beatAtMs }) => beatAtMs);
  return Math.max(...beats) + WORKER_ALIVE_MS + 1;
}

// No spread into Math.min: a large fleet shows more results than a call takes arguments.
function firstAfter(nowMs: number, boundaries: readonly number[]): number {
  return boundaries.reduce(
    (first, boundary) => (boundary > nowMs && boundary < first ? boundary : first),
    Number.POSITIVE_INFINITY,
  );
}
