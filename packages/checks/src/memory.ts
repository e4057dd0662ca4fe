import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import { type CheckDefinition, type CheckResult, fail, pass, warn } from "@caretaker/health";
import { parseSize, type Size } from "@caretaker/units";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import type { Percent } from "./disk.js";
import { orderedMarks } from "./ordered-marks.js";
import { SIZE_OR_PERCENT } from "./rules.js";

/** Marks of {@link memory}: more than this is used. Percentages are of what the process may have. */
export interface MemoryOptions extends CommonOptions {
  /** Default `80%` of the machine's or the container's memory. */
  readonly warnRssAbove?: Size | Percent;
  /** Default `95%`. */
  readonly failRssAbove?: Size | Percent;
  /** Default `80%` of the limit of V8's heap. */
  readonly warnHeapAbove?: Size | Percent;
  /** Default `95%`. */
  readonly failHeapAbove?: Size | Percent;
}

/**
 * The process that runs this check has memory left: `threshold` when its resident set or its heap is past a mark.
 * Measures `rssBytes`, `rssPercent`, `heapUsedBytes`, `heapPercent`. Named `memory`, host scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function memory(options: MemoryOptions = {}): CheckDefinition {
  const { warnRssAbove = "80%", failRssAbove = "95%", warnHeapAbove = "80%", failHeapAbove = "95%" } = options;
  const limits = limitsOf();
  const [inRss, inHeap] = [bytesIn(limits.rssBytes), bytesIn(limits.heapBytes)];
  return declareCheck({
    defaults: { name: "memory", scope: "host", componentType: "system" },
    given: options,
    rules: {
      warnRssAbove: SIZE_OR_PERCENT,
      failRssAbove: SIZE_OR_PERCENT,
      warnHeapAbove: SIZE_OR_PERCENT,
      failHeapAbove: SIZE_OR_PERCENT,
    },
    problems: [
      ...orderedMarks({ warnRssAbove }, { failRssAbove }, inRss),
      ...orderedMarks({ warnHeapAbove }, { failHeapAbove }, inHeap),
    ],
    run: ({ signal }) => {
      signal.throwIfAborted();
      const { rss, heapUsed } = process.memoryUsage();
      const measures = measuresOf({ rss, heapUsed }, limits);
      if (rss > inRss(failRssAbove) || heapUsed > inHeap(failHeapAbove)) return fail("threshold", { measures });
      const isHigh = rss > inRss(warnRssAbove) || heapUsed > inHeap(warnHeapAbove);
      return isHigh ? warn("threshold", measures) : pass(measures);
    },
  });
}

interface Limits {
  readonly rssBytes: number;
  readonly heapBytes: number;
}

function limitsOf(): Limits {
  // 0 or more than there is when no container sets a limit.
  const constrained = process.constrainedMemory() ?? 0;
  const total = totalmem();
  return {
    rssBytes: constrained > 0 ? Math.min(constrained, total) : total,
    heapBytes: getHeapStatistics().heap_size_limit,
  };
}

function bytesIn(whole: number): (mark: Size | Percent) => number {
  return (mark) => (mark.endsWith("%") ? (whole * Number.parseFloat(mark)) / 100 : parseSize(mark));
}

function measuresOf(
  { rss, heapUsed }: { rss: number; heapUsed: number },
  { rssBytes, heapBytes }: Limits,
): NonNullable<CheckResult["measures"]> {
  return {
    rssBytes: { value: rss, unit: "bytes" },
    rssPercent: { value: percent(rss / rssBytes), unit: "%" },
    heapUsedBytes: { value: heapUsed, unit: "bytes" },
    heapPercent: { value: percent(heapUsed / heapBytes), unit: "%" },
  };
}

function percent(share: number): number {
  return Math.round(share * 1_000) / 10;
}
