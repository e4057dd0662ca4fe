import type { Sample } from "./prober.ts";
import type { Course } from "./run-faults.ts";

/** A measured time: as the bounds are for it, and by the clock. */
export interface Measure {
  readonly ms: number;
  readonly clockMs: number;
}

/** What a course took. */
export interface Measures {
  /** The machine had other things to do: then what the API and the others waited for a core is no doing of theirs. */
  readonly isBusy: boolean;
  /** The time below which 99 of 100 answers of liveness are. */
  readonly livenessP99: Measure;
  readonly longestReadiness: Measure;
  readonly longestAnswer: Measure;
  readonly recovery: Measure;
}

/** The answers to probes of one path. */
export function answersTo(samples: readonly Sample[], path: Sample["path"]): readonly Sample[] {
  return samples.filter((sample) => sample.path === path);
}

type Timed = Pick<Course, "samples" | "recoveredMs" | "waitedMs">;

/** What a course took; how late the prober itself was never counts. */
export function measuresOf({ samples, recoveredMs, waitedMs }: Timed): Measures {
  const isBusy = p99(samples.map(({ proberWaitedMs }) => proberWaitedMs)) >= BUSY_MS;
  const times = (some: readonly Sample[]) => some.map((sample) => timeOf(sample, isBusy));
  const measure = (of: (times: readonly number[]) => number, some: readonly Sample[]): Measure => ({
    ms: of(times(some)),
    clockMs: of(some.map(({ tookMs }) => tookMs)),
  });
  return {
    isBusy,
    livenessP99: measure(p99, answersTo(samples, "/health")),
    longestReadiness: measure(longest, answersTo(samples, "/health/ready")),
    longestAnswer: measure(longest, samples),
    recovery: { ms: isBusy ? Math.max(0, recoveredMs - waitedMs) : recoveredMs, clockMs: recoveredMs },
  };
}

// The prober has hardly anything to do: where even it waits like this, nothing by the clock is about the API.
const BUSY_MS = 4;

function timeOf({ tookMs, proberWaitedMs, apiWaitedMs }: Sample, isBusy: boolean): number {
  return Math.max(0, tookMs - proberWaitedMs - (isBusy ? apiWaitedMs : 0));
}

function p99(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
}

function longest(times: readonly number[]): number {
  return Math.max(...times);
}
