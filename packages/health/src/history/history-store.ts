import type { TransitionEntry } from "../transition.js";
import { BUCKETS, bucketOf, type HistoryRange } from "./ranges.js";
import type { Strip } from "./strip.js";

/** The strip of one check and scope key over one range. */
export interface StripEntry {
  /** The check's name, for host scope followed by `@` and the machine. */
  readonly series: string;
  readonly range: HistoryRange;
  readonly strip: Strip;
}

/** Whether a strip reaches into its range: not one that ended before it, nor one of a clock that was far ahead. */
export function isCurrent({ range, strip: { end } }: Omit<StripEntry, "series">, nowMs: number): boolean {
  const now = bucketOf(nowMs, range);
  return end > now - BUCKETS && end <= now + 1;
}

/** Where a worker keeps what was, so that it outlives the store in Redis. */
export interface HistoryStore {
  /** Merges these in; gives back everything that is held then. */
  merge(entries: readonly StripEntry[]): Promise<readonly StripEntry[]>;
  /** Adds changes of state; those that are known by their ids already are left as they are. */
  add(transitions: readonly TransitionEntry[]): Promise<void>;
  /** The newest changes, oldest first: at most `count`. */
  newest(count: number): Promise<readonly TransitionEntry[]>;
  /** Forgets what is older than the longest range, and what is too much. */
  prune(nowMs: number): Promise<void>;
}
