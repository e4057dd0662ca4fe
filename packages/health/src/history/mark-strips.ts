import type { StripEntry } from "./history-store.js";
import { BUCKETS, bucketOf, HISTORY_RANGES } from "./ranges.js";
import type { SeenSpan } from "./seen-spans.js";
import { mergeStrips, type Strip, stripOf } from "./strip.js";

/** The strips, one for each range, that hold what was seen of one check. */
export function markStrips(series: string, spans: readonly SeenSpan[]): StripEntry[] {
  if (spans.length === 0) return [];
  return HISTORY_RANGES.map((range) => {
    const strips = spans.map(({ state, fromMs, toMs }) => {
      const last = bucketOf(toMs, range);
      return stripOf(state, Math.max(bucketOf(fromMs, range), last - BUCKETS + 1), last);
    });
    return { series, range, strip: strips.reduce((merged: Strip, strip) => mergeStrips(merged, strip)) };
  });
}
