import { type Guard, UNGUARDED } from "../guard.js";
import type { Lifecycle } from "../lifecycle.js";
import type { Snapshot, SnapshotSource } from "../snapshot.js";
import { type AssessOptions, assessReadiness, type Readiness } from "./assess-readiness.js";

/** Where the evidence comes from. `now` is a monotonic clock in ms, read for the start's grace only. */
export interface AssessorOptions {
  readonly source: SnapshotSource;
  readonly lifecycle: Lifecycle;
  readonly hostId: string;
  readonly startupGraceMs: number;
  readonly guard: Guard | null;
  readonly now: () => number;
}

/**
 * Readiness now: `current` as of its last change, at next to no cost; `fresh` with every age as of this moment. `nowMs` is
 * the source's time, for a caller that has read it already.
 */
export interface Assessor {
  current(nowMs?: number): Readiness;
  fresh(): Readiness;
}

/** An assessor that computes `current` anew only when something it depends on has changed. */
export function createAssessor(options: AssessorOptions): Assessor {
  const { source, lifecycle, guard, hostId } = options;
  const isGraceOver = createGrace(options);
  let last: Assessed | undefined;
  let isReadyOnce = false;
  const assessAt = (nowMs: number): Assessed => {
    const inputs: Inputs = {
      snapshot: source.current(),
      nowMs,
      hostId,
      lifecycle: lifecycle.state(),
      graceOver: isGraceOver(),
      isReadyOnce,
      guard: guard?.decision() ?? UNGUARDED,
    };
    const { snapshot, ...rest } = inputs;
    const readiness = assessReadiness(snapshot, rest);
    isReadyOnce = readiness.isReadyOnce;
    return { inputs, readiness };
  };
  // Every probe comes through here, so it compares in place: an object of what is compared would cost more than that.
  const holds = ({ inputs, readiness }: Assessed, nowMs: number): boolean => {
    const { version, storeReachable, loaded } = source.current();
    const { shared, own } = guard === null ? UNGUARDED : guard.decision();
    return (
      inputs.snapshot.version === version &&
      inputs.snapshot.storeReachable === storeReachable &&
      inputs.snapshot.loaded === loaded &&
      inputs.lifecycle === lifecycle.state() &&
      inputs.graceOver === isGraceOver() &&
      inputs.guard.shared === shared &&
      inputs.guard.own === own &&
      nowMs < readiness.validUntilMs &&
      // A clock set back crosses the boundaries the other way round.
      nowMs >= readiness.atMs
    );
  };
  return {
    current: (nowMs = source.nowMs()) => {
      if (last === undefined || !holds(last, nowMs)) last = assessAt(nowMs);
      return last.readiness;
    },
    fresh: () => assessAt(source.nowMs()).readiness,
  };
}

interface Inputs extends Required<AssessOptions> {
  readonly snapshot: Snapshot;
}

interface Assessed {
  readonly inputs: Inputs;
  readonly readiness: Readiness;
}

function createGrace({ startupGraceMs, now }: AssessorOptions): () => boolean {
  const startedAtMs = now();
  let over = false;
  return () => {
    if (!over) over = now() - startedAtMs >= startupGraceMs;
    return over;
  };
}
