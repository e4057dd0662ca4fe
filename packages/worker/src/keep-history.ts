import {
  type CheckRecord,
  type HistoryStore,
  isCurrent,
  isWithin,
  markStrips,
  type StripEntry,
  seenSpans,
  type TransitionEntry,
} from "@caretaker/health";
import type { RedisHistory, RedisHistoryView } from "@caretaker/redis-store";
import type { WorkerLog } from "./log.js";
import { lookRegularly, type RegularLook } from "./look-regularly.js";

/** What the history is kept from and in. */
export interface HistoryKeeperOptions {
  readonly redis: RedisHistory;
  readonly store: HistoryStore;
  readonly log: WorkerLog;
  /** Default 5 s. */
  readonly everyMs?: number;
}

const EVERY_MS = 5_000;
const PRUNE_EVERY_MS = 3_600_000;

/** How many changes are put back after Redis has lost its data. */
const RESTORED = 2_000;

/**
 * Looks every few seconds at what the checks were seen to be and keeps it twice: in the store that lasts, and the recent
 * part in Redis for every API instance. Whatever one of the two lacks it gets from the other, so it makes no difference
 * which worker looks, how many do, and what was restarted.
 */
export function startHistoryKeeper({ redis, store, log, everyMs = EVERY_MS }: HistoryKeeperOptions): RegularLook {
  const seen: Seen = {
    untilMs: Number.NEGATIVE_INFINITY,
    firstId: null,
    lastId: "0-0",
    prunedAtMs: Number.NEGATIVE_INFINITY,
  };
  return lookRegularly({
    everyMs,
    isReady: () => redis.isReady(),
    look: () => keep({ redis, store, log }, seen),
    log,
    failure: "history not kept",
  });
}

/** What was looked at already. Moments in ms, Redis server time. */
interface Seen {
  untilMs: number;
  firstId: string | null;
  lastId: string;
  prunedAtMs: number;
}

type Stores = Pick<HistoryKeeperOptions, "redis" | "store" | "log">;

async function keep({ redis, store, log }: Stores, seen: Seen): Promise<void> {
  const view = await redis.read(seen.lastId);
  const { nowMs, transitions, firstId, lastId } = view;
  await store.add(transitions);
  // The beginning of the stream is another where it was trimmed, which is soon told, or has lost its data.
  if (firstId === null || firstId !== seen.firstId) await restore({ redis, store, log }, firstId);
  if (nowMs - seen.prunedAtMs >= PRUNE_EVERY_MS) {
    await store.prune(nowMs);
    seen.prunedAtMs = nowMs;
  }
  await exchangeStrips({ redis, store }, view, seen.untilMs);
  Object.assign(seen, { firstId, lastId, untilMs: nowMs });
}

/** Puts back what Redis has lost of the changes. */
async function restore({ redis, store, log }: Stores, firstId: string | null): Promise<void> {
  const restored = await redis.restore(await store.newest(RESTORED), firstId);
  if (restored > 0) log.warn("history put back into Redis", { transitions: restored });
}

/** Marks what was seen since the last look, and makes both stores hold what either does. */
async function exchangeStrips(
  { redis, store }: Omit<Stores, "log">,
  view: RedisHistoryView,
  fromMs: number,
): Promise<void> {
  const { nowMs } = view;
  const theirs = new Map(view.strips.map((entry) => [keyOf(entry), entry]));
  const over = view.strips.filter((entry) => !isCurrent(entry, nowMs));
  const marked = view.records.flatMap((record) => mark(record, view, fromMs));
  const held = await store.merge([...view.strips.filter((entry) => isCurrent(entry, nowMs)), ...marked]);
  const lacking = held.filter((entry) => {
    const there = theirs.get(keyOf(entry));
    return isCurrent(entry, nowMs) && (there === undefined || !isWithin(entry.strip, there.strip));
  });
  if (lacking.length + over.length > 0) await redis.merge(lacking, over);
}

function mark(record: CheckRecord, { specs, transitions, nowMs }: RedisHistoryView, fromMs: number): StripEntry[] {
  const spec = specs.get(record.check);
  if (spec === undefined) return [];
  const own = transitions.filter((entry) => isOf(entry, record));
  return markStrips(seriesOf(record), seenSpans({ record, spec, transitions: own, fromMs, nowMs }));
}

function isOf({ check, host }: TransitionEntry, record: CheckRecord): boolean {
  return check === record.check && host === record.host;
}

function seriesOf({ check, host }: CheckRecord): string {
  return host === null ? check : `${check}@${host}`;
}

function keyOf({ range, series }: StripEntry): string {
  return `${range}|${series}`;
}
