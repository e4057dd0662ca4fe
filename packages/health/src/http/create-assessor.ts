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

/** Readiness now: `current` as of its last change, at next to no cost; `fresh` with every age as of this moment. */
export interface Assessor {
  current(): Readiness;
  fresh(): Readiness;
}

/** An assessor that computes `current` anew only when something it depends on has changed. */
export function createAssessor(options: AssessorOptions): Assessor {
  const isGraceOver = createGrace(options);
  let last: Assessed | undefined;
  let isReadyOnce = false;
  const readInputs = () => ({ ...read(options, isGraceOver()), isReadyOnce });
  const assessNow = (inputs: Inputs) => {
    const readiness = assess(inputs);
    isReadyOnce = readiness.isReadyOnce;
    return readiness;
  };
  return {
    current: () => {
      const inputs = readInputs();
      if (last === undefined || !holds(last, inputs)) last = { inputs, readiness: assessNow(inputs) };
      return last.readiness;
    },
    fresh: () => assessNow(readInputs()),
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

function read(options: AssessorOptions, graceOver: boolean): Omit<Inputs, "isReadyOnce"> {
  const { source, lifecycle, hostId, guard } = options;
  return {
    snapshot: source.current(),
    nowMs: source.nowMs(),
    hostId,
    lifecycle: lifecycle.state(),
    graceOver,
    guard: guard?.decision() ?? UNGUARDED,
  };
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
    inputs.guard.shared === current.guard.shared &&
    inputs.guard.own === current.guard.own &&
    current.nowMs < readiness.validUntilMs &&
    // A clock set back crosses the boundaries the other way round.
    current.nowMs >= readiness.atMs
  );
}
