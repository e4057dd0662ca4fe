/** How far back a strip goes, and how long each of its {@link BUCKETS} buckets is, in ms. */
export const BUCKET_MS = { "1h": 60_000, "24h": 24 * 60_000, "7d": 7 * 24 * 60_000 } as const;

/** One of {@link BUCKET_MS}. */
export type HistoryRange = keyof typeof BUCKET_MS;

/** Every range, the shortest first. */
export const HISTORY_RANGES = ["1h", "24h", "7d"] as const satisfies readonly HistoryRange[];

/** How many buckets a strip has. */
export const BUCKETS = 60;

/** How long the history is kept: the longest range, in ms. */
export const HISTORY_MS = BUCKETS * BUCKET_MS["7d"];

/** The number of the bucket that a moment falls into, counted from the epoch. */
export function bucketOf(atMs: number, range: HistoryRange): number {
  return Math.floor(atMs / BUCKET_MS[range]);
}
