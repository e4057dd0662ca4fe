import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { type CheckDefinition, type CheckResult, fail, pass, warn } from "@caretaker/health";
import { type Duration, parseDuration } from "@caretaker/units";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { orderedMarks } from "./ordered-marks.js";
import { DURATION } from "./rules.js";

/** Marks of {@link eventLoop}, for the 99th percentile since the last run. */
export interface EventLoopOptions extends CommonOptions {
  /** Default `100ms`. */
  readonly warnAbove?: Duration;
  /** Default `1s`. */
  readonly failAbove?: Duration;
}

const RESOLUTION_MS = 10;
// The first run has nothing behind it to look at.
const FIRST_LOOK_MS = 200;

/**
 * The event loop of the process that runs this check gets its turns: `threshold` when 1 in 100 came later than a mark.
 * Watches from the first run on and tells of the time since the run before. Measures `p50Ms`, `p99Ms`, `maxMs`. Named
 * `event-loop`, host scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function eventLoop(options: EventLoopOptions = {}): CheckDefinition {
  const { warnAbove = "100ms", failAbove = "1s" } = options;
  const read = createDelayReader();
  return declareCheck({
    defaults: { name: "event-loop", scope: "host", componentType: "system" },
    given: options,
    rules: { warnAbove: DURATION, failAbove: DURATION },
    problems: orderedMarks({ warnAbove }, { failAbove }, parseDuration),
    run: async ({ signal }) =>
      judge(await read(signal), { warnAboveMs: parseDuration(warnAbove), failAboveMs: parseDuration(failAbove) }),
  });
}

interface Delays {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

function createDelayReader(): (signal: AbortSignal) => Promise<Delays> {
  let histogram: IntervalHistogram | null = null;
  return async (signal) => {
    signal.throwIfAborted();
    if (histogram === null) {
      // Its timer keeps no process alive.
      histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      histogram.enable();
    }
    if (histogram.count === 0) await pause(signal);
    const delays = read(histogram);
    histogram.reset();
    return delays;
  };
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await delay(FIRST_LOOK_MS, undefined, { signal });
  } catch (error) {
    // The timer's own error says that it was aborted; the signal says why.
    signal.throwIfAborted();
    throw error;
  }
}

function read(histogram: IntervalHistogram): Delays {
  const { count, max } = histogram;
  const at = (nanoseconds: number) => (count === 0 ? 0 : lateness(nanoseconds));
  return { p50Ms: at(histogram.percentile(50)), p99Ms: at(histogram.percentile(99)), maxMs: at(max) };
}

/** The histogram holds the time between two turns of a timer, which is its interval when nothing is late. */
function lateness(nanoseconds: number): number {
  return Math.max(0, Math.round(nanoseconds / 1e5 - RESOLUTION_MS * 10) / 10);
}

function judge(
  { p50Ms, p99Ms, maxMs }: Delays,
  { warnAboveMs, failAboveMs }: { warnAboveMs: number; failAboveMs: number },
): CheckResult {
  const measures = {
    p50Ms: { value: p50Ms, unit: "ms" },
    p99Ms: { value: p99Ms, unit: "ms" },
    maxMs: { value: maxMs, unit: "ms" },
  };
  if (p99Ms > failAboveMs) return fail("threshold", { measures });
  return p99Ms > warnAboveMs ? warn("threshold", measures) : pass(measures);
}
