import type { Redis } from "ioredis";
import { type LaterTransitions, readAfter } from "./history/read-after.js";
import type { Keys } from "./keys.js";
import { readSpecs } from "./read-store.js";
import { EXCHANGE } from "./scripts/exchange.js";
import { createScriptRunner } from "./scripts/script.js";

/** What a worker that tells of changes of state asks of the store. */
export interface NoticeStore {
  /** Whether asking now makes sense: the connection is there. */
  isReady(): boolean;
  /** Redis server time, in ms, and what the workers know together; empty in a store that never held it. */
  read(): Promise<{ readonly nowMs: number; readonly state: string }>;
  /** The changes after an entry of the stream. */
  after(id: string): Promise<LaterTransitions>;
  /** The checks that are not critical; one whose settings cannot be read counts as critical. */
  notCritical(): Promise<ReadonlySet<string>>;
  /** Puts `after` in the place of `before`; `false` where another worker was first. */
  exchange(before: string, after: string): Promise<boolean>;
  /** Of when the newest news of a check is that was delivered, in ms; 0 for none. */
  deliveredMs(series: string): Promise<number>;
  noteDelivered(series: string, atMs: number): Promise<void>;
}

// A notice that waits to be tried again is given up long before.
const DELIVERED_KEPT_S = 7 * 24 * 3_600;

/** The notices of one key prefix. */
export function createNoticeStore(client: Redis, keys: Keys): NoticeStore {
  const run = createScriptRunner(client);
  return {
    isReady: () => client.status === "ready",
    read: async () => {
      const [[seconds, micros], state] = await Promise.all([client.time(), client.get(keys.notices)]);
      return { nowMs: Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000), state: state ?? "" };
    },
    after: (id) => readAfter(client, keys, id),
    notCritical: async () => {
      const { specs, unreadableSpecs } = readSpecs(await client.hgetall(keys.registry));
      const found = [...specs.values()].filter(({ name, critical }) => !critical && !unreadableSpecs.has(name));
      return new Set(found.map(({ name }) => name));
    },
    exchange: async (before, after) => Number(await run(EXCHANGE, [keys.notices, before, after])) === 1,
    deliveredMs: async (series) => Number((await client.hget(keys.deliveredNotices, series)) ?? 0),
    noteDelivered: async (series, atMs) => {
      await client
        .multi()
        .hset(keys.deliveredNotices, series, atMs)
        .expire(keys.deliveredNotices, DELIVERED_KEPT_S)
        .exec();
    },
  };
}
