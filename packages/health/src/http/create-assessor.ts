import type { Lifecycle } from "../lifecycle.js";
import type { Snapshot, SnapshotSource } from "../snapshot.js";
import { type AssessOptions, assessReadiness, type Readiness } from "./assess-readiness.js";

/** Where the evidence comes from. `now` is a monotonic clock in ms, read for the start's grace only. */
export interface AssessorOptions {
  readonly source: SnapshotSource;
  readonly lifecycle: Lifecycle;
  readonly hostId: string;
  readonly startupGraceMs: number;
  readonly now: () => number;
}

/** Readiness now: `current` as of its last change, at next to no cost; `fresh` with every age as of this moment. */
export interface Assessor {
  current(): Readiness;
  fresh(): Readiness;
}

/** An assessor that computes `current` anew only when something it depends on has changed. */
export function createAssessor(options: AssessorOptions): Assessor {
  const isGraceOver = createGrace(options);
  let last: Assessed | undefined;
  return {
    current: () => {
      const inputs = read(options, isGraceOver());
      if (last === undefined || !holds(last, inputs)) last = { inputs, readiness: assess(inputs) };
      return last.readiness;
    },
    fresh: () => assess(read(options, isGraceOver())),
  };
}

interface Inputs extends AssessOptions {
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

function read({ source, lifecycle, hostId }: AssessorOptions, graceOver: boolean): Inputs {
  return { snapshot: source.current(), nowMs: source.nowMs(), hostId, lifecycle: lifecycle.state(), graceOver };
}

function assess({ snapshot, ...options }: Inputs): Readiness {
  return assessReadiness(snapshot, options);
}

function holds({ inputs, readiness }: Assessed, current: Inputs): boolean {
  return (
    inputs.snapshot.version === current.snapshot.version &&
    inputs.snapshot.storeReachable === current.snapshot.storeReachable &&
    inputs.snapshot.loaded === current.snapshot.loaded &&
    inputs.lifecycle === current.lifecycle &&
    inputs.graceOver === current.graceOver &&
    current.nowMs < readiness.validUntilMs &&
    // A clock set back crosses the boundaries the other way round.
    current.nowMs >= readiness.atMs
  );
}
