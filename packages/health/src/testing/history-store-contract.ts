import type { HistoryStore, StripEntry } from "../history/history-store.js";
import { BUCKETS, bucketOf, HISTORY_MS } from "../history/ranges.js";
import { bucketsUntil, stripOf } from "../history/strip.js";
import type { StoredState } from "../state.js";
import type { TransitionEntry } from "../transition.js";

/** One promise of a history store, for a runner of the caller's. */
export interface HistoryPromise {
  readonly name: string;
  /** Throws where the store breaks it. */
  check(store: HistoryStore): Promise<void>;
}

const NOW_MS = 1_700_000_000_000;
const END = bucketOf(NOW_MS, "1h");

/** What every {@link HistoryStore} keeps. */
export const HISTORY_PROMISES: readonly HistoryPromise[] = [
  {
    name: "merges strips, and gives back all it holds",
    check: async (store) => {
      await store.merge([entry("db", "up", END)]);
      await store.merge([entry("disk@a", "up", END), entry("db", "down", END)]);
      await store.merge([entry("db", "up", END + 1)]);
      same(await worstOf(store, "db"), ["down", "up"]);
      same(await worstOf(store, "disk@a"), ["up", null]);
    },
  },
  {
    name: "counts nothing twice",
    check: async (store) => {
      const strips = [entry("db", "up", END), entry("db", "degraded", END)];
      await store.merge(strips);
      const once = await store.merge([]);
      same(await store.merge([...strips, ...once]), once);
      await store.add([transition(1), transition(2)]);
      await store.add([transition(2), transition(3), transition(1)]);
      same(
        (await store.newest(10)).map(({ id }) => id),
        ["1-0", "2-0", "3-0"],
      );
    },
  },
  {
    name: "tells the newest changes as they were, oldest first",
    check: async (store) => {
      await store.add([transition(3), transition(1), transition(2)]);
      same(await store.newest(2), [transition(2), transition(3)]);
    },
  },
  {
    name: "forgets what is over",
    check: async (store) => {
      const limitMs = NOW_MS - HISTORY_MS;
      await store.add([transition(limitMs - 1), transition(limitMs)]);
      await store.merge([entry("gone", "up", END - BUCKETS), entry("last", "up", END - BUCKETS + 1)]);
      await store.merge([entry("of-a-clock-ahead", "up", END + 2)]);
      await store.prune(NOW_MS);
      same(
        (await store.newest(10)).map(({ atMs }) => atMs),
        [limitMs],
      );
      same(
        (await store.merge([])).map(({ series }) => series),
        ["last"],
      );
    },
  },
];

function entry(series: string, state: StoredState, bucket: number): StripEntry {
  return { series, range: "1h", strip: stripOf(state, bucket, bucket) };
}

function transition(atMs: number): TransitionEntry {
  const cause = { status: "fail", durationMs: 3, counter: { outcome: "fail", count: 1, of: 1 }, before: [] } as const;
  const about = { check: "disk", host: atMs % 2 === 0 ? null : "a", from: "up", to: "down", code: "refused" } as const;
  return { id: `${atMs}-0`, ...about, runId: `disk.${atMs}`, atMs, cause };
}

async function worstOf(store: HistoryStore, series: string) {
  const held = (await store.merge([])).find((strip) => strip.series === series);
  return (
    held &&
    bucketsUntil(held.strip, END + 1)
      .slice(-2)
      .map(({ worst }) => worst)
  );
}

function same(actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`expected ${should}, got ${is}`);
}
