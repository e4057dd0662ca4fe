import type { CheckSpec } from "../check.js";
import { staleAfterMs } from "../freshness.js";
import { recentOutcomes } from "../recent-outcomes.js";
import type { CheckRecord } from "../snapshot.js";
import type { State, StoredState } from "../state.js";
import type { TransitionEntry } from "../transition.js";

/** A stretch of time in which a check is known to have been in one state. Times in ms, Redis server time. */
export interface SeenSpan {
  readonly state: StoredState;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is known of a check, and since when it is asked for. */
export interface SeenSource {
  readonly record: CheckRecord;
  readonly spec: Pick<CheckSpec, "everyMs" | "timeoutMs">;
  /** Its changes of state, in any order; those of a longer time do no harm. */
  readonly transitions: readonly Pick<TransitionEntry, "from" | "to" | "atMs">[];
  readonly fromMs: number;
  readonly nowMs: number;
}

/**
 * In which states a check was seen between two moments: only while some result was evidence, that is until it grew stale
 * (health.md §5). A time without a worker is in none of the spans, however good it was before and after.
 */
export function seenSpans(source: SeenSource): readonly SeenSpan[] {
  const evidence = evidenceOf(source);
  return statesOf(source).flatMap(({ state, fromMs, toMs }) =>
    evidence
      .map((span) => ({ state, fromMs: Math.max(fromMs, span.fromMs), toMs: Math.min(toMs, span.toMs) }))
      .filter((span) => span.fromMs <= span.toMs),
  );
}

interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When there was evidence: each of the last results, for as long as it was not stale. */
function evidenceOf({ record, spec, fromMs, nowMs }: SeenSource): TimeSpan[] {
  const lastsMs = staleAfterMs(spec);
  return recentOutcomes(record)
    .map(({ atMs }, index) => {
      // A worker that has left on purpose looks no longer from then on; when that was is not known.
      const isLast = index === 0 && record.withdrawn;
      return { fromMs: Math.max(atMs, fromMs), toMs: Math.min(isLast ? atMs : atMs + lastsMs, nowMs) };
    })
    .filter((span) => span.fromMs <= span.toMs);
}

/** The states one after the other, the time before the first known change included. */
function statesOf({ record, transitions, nowMs }: SeenSource): SeenSpan[] {
  const changes = transitions.filter(({ atMs }) => atMs <= record.sinceMs).toSorted((a, b) => a.atMs - b.atMs);
  const last = changes.at(-1);
  // The stream may have lost the change that began the present state; the record itself says when that was.
  if (last === undefined || last.atMs < record.sinceMs)
    changes.push({ from: last?.to ?? "unknown", to: record.state, atMs: record.sinceMs });
  const before = spanOf(changes[0]?.from ?? "unknown", Number.NEGATIVE_INFINITY, changes[0]?.atMs ?? 0);
  const after = changes.flatMap(({ to, atMs }, index) => spanOf(to, atMs, changes[index + 1]?.atMs ?? nowMs));
  return [...before, ...after];
}

function spanOf(state: State, fromMs: number, toMs: number): SeenSpan[] {
  return state === "unknown" ? [] : [{ state, fromMs, toMs }];
}
