import { performance } from "node:perf_hooks";
import type { SnapshotSource, TransitionEntry } from "@caretaker/health";
import type { Redis } from "ioredis";
import { decodeChange } from "./change-codec.js";
import { connect, type RedisTarget } from "./connect.js";
import { createKeys, type Keys } from "./keys.js";
import type { Log } from "./log.js";
import { readPulse, readStore } from "./read-store.js";
import { createSnapshotMemory, type SnapshotMemory, type StoreSnapshot } from "./snapshot-memory.js";
import { findTransition, readTransitions, type TransitionQuery } from "./transition-reader.js";

/** How a reader reaches the store. */
export interface SnapshotReaderOptions {
  readonly redis: RedisTarget;
  readonly prefix: string;
  readonly log: Log;
  /** How often the store's clock and sequence are asked for; default 1000 ms. It is also what notices a dead connection. */
  readonly pulseMs?: number;
  /** How often everything is read again whatever the sequence says; default 5000 ms. */
  readonly reconcileMs?: number;
}

/** What a reader has done since it started. */
export interface SnapshotReaderStats {
  readonly refreshes: number;
  readonly messages: number;
  readonly gaps: number;
  readonly failures: number;
}

/** A snapshot kept current by pub/sub and reconciled by reading; asking it costs no Redis command. */
export interface SnapshotReader extends SnapshotSource {
  current(): StoreSnapshot;
  stats(): SnapshotReaderStats;
  /** The newest transitions first: one question to the store, which rejects where it is away. */
  readTransitions(query: TransitionQuery): Promise<readonly TransitionEntry[]>;
  /** One transition by its id, or `null`; rejects where the store is away. */
  findTransition(id: string): Promise<TransitionEntry | null>;
  /** Closes both connections and stops the timers. */
  stop(): void;
}

/** How long the store may be silent before it counts as unreachable. */
const UNREACHABLE_AFTER_MS = 3_000;

/**
 * Starts reading. Pub/sub is only a nudge, since messages in a reconnect gap are lost: the poll is the truth, finds a
 * dead connection by its silence, and reads all again after any gap.
 */
export function startSnapshotReader(options: SnapshotReaderOptions): SnapshotReader {
  const { redis, log } = options;
  const keys = createKeys(options.prefix);
  const memory = createSnapshotMemory(({ check, host }) => log.warn("unreadable check record", { check, host }));
  const onError = (error: Error) => log.warn("store connection", { connection: "reader", error });
  const poll = connect(redis, "reader", onError);
  const subscriber = connect(redis, "reader", onError);
  const refresher = createRefresher(poll, { keys, memory, options });
  const unsubscribe = keepSubscribed(subscriber, keys, refresher);

  poll.on("ready", () => refresher.refresh());
  refresher.refresh();
  const timer = setInterval(() => refresher.pulse(), options.pulseMs ?? 1_000);
  return {
    current: () => memory.current(),
    nowMs: () => refresher.nowMs(),
    stats: () => refresher.stats(),
    readTransitions: (query) => readTransitions(poll, keys, query),
    findTransition: (id) => findTransition(poll, keys, id),
    stop: () => {
      clearInterval(timer);
      unsubscribe();
      poll.disconnect();
      subscriber.disconnect();
    },
  };
}

interface RefresherDeps {
  readonly keys: Keys;
  readonly memory: SnapshotMemory;
  readonly options: SnapshotReaderOptions;
}

/** Reads the store, one read at a time; a wish to read while one is under way is remembered, not queued twice. */
function createRefresher(client: Redis, { keys, memory, options }: RefresherDeps) {
  const reconcileMs = options.reconcileMs ?? 5_000;
  const stats = { refreshes: 0, messages: 0, gaps: 0, failures: 0 };
  const clock = createStoreClock();
  let lastOkMs = performance.now();
  let lastFullMs = Number.NEGATIVE_INFINITY;
  let said: "nothing" | "reachable" | "unreachable" = "nothing";
  let reading = false;
  let wanted = false;

  const succeed = (nowMs: number, startedMs: number) => {
    clock.set(nowMs, startedMs);
    lastOkMs = performance.now();
    if (said !== "reachable") options.log.info("store reachable");
    said = "reachable";
    memory.setReachable(true);
  };
  const failWith = (error: unknown) => {
    stats.failures += 1;
    if (performance.now() - lastOkMs < UNREACHABLE_AFTER_MS || said === "unreachable") return;
    options.log.warn("store unreachable", { error });
    said = "unreachable";
    memory.setReachable(false);
  };
  const noteKept = createOnce(() => options.log.warn("store has lost its data: the last known checks stand"));
  const readAll = async () => {
    const startedMs = performance.now();
    memory.beginRead();
    const content = await readStore(client, keys, memory.current().targets);
    noteKept(memory.replace(content) === "kept");
    succeed(content.nowMs, startedMs);
    lastFullMs = startedMs;
    stats.refreshes += 1;
  };
  const pulse = async () => {
    const startedMs = performance.now();
    const { nowMs, sequence } = await readPulse(client, keys);
    if (sequence !== memory.sequence() || startedMs - lastFullMs >= reconcileMs || !memory.current().loaded)
      await readAll();
    else succeed(nowMs, startedMs);
  };
  const once = (read: () => Promise<void>) => {
    if (reading || client.status !== "ready") {
      wanted = reading;
      if (client.status !== "ready") failWith(new Error(`the connection is ${client.status}`));
      return;
    }
    reading = true;
    read()
      .catch(failWith)
      .finally(() => {
        reading = false;
        if (!wanted) return;
        wanted = false;
        once(readAll);
      });
  };
  return {
    nowMs: clock.nowMs,
    stats: () => ({ ...stats }),
    refresh: () => once(readAll),
    pulse: () => once(pulse),
    onMessage: (text: string) => {
      stats.messages += 1;
      const change = decodeChange(text);
      if (change !== null && memory.apply(change) === "applied") return;
      stats.gaps += 1;
      once(readAll);
    },
  };
}

/** Acts when a condition begins to hold, and again only after it has ended. */
function createOnce(act: () => void): (holds: boolean) => void {
  let held = false;
  return (holds) => {
    if (holds && !held) act();
    held = holds;
  };
}

/** Redis server time between two reads: the last one read, carried on by the monotonic clock, never by the host's. */
function createStoreClock() {
  let baseMs = Date.now();
  let readAtMs = performance.now();
  return {
    nowMs: () => baseMs + (performance.now() - readAtMs),
    set: (storeMs: number, startedMs: number) => {
      const arrivedMs = performance.now();
      // The store read its clock somewhere between our question and its answer.
      baseMs = storeMs + (arrivedMs - startedMs) / 2;
      readAtMs = arrivedMs;
    },
  };
}

/** Subscribes on every `ready`, and again every few seconds while that is refused; a heartbeat finds a silent connection. */
function keepSubscribed(
  subscriber: Redis,
  keys: Keys,
  { onMessage, refresh }: { onMessage: (text: string) => void; refresh: () => void },
): () => void {
  let subscribed = false;
  const subscribe = () => {
    subscriber.subscribe(keys.changes).then(
      () => {
        subscribed = true;
        // Whatever was published before this moment was not heard.
        refresh();
      },
      (error: Error) => subscriber.emit("error", error),
    );
  };
  subscriber.on("ready", subscribe);
  subscriber.on("close", () => {
    subscribed = false;
  });
  subscriber.on("message", (_channel, text: string) => onMessage(text));
  const heartbeat = setInterval(() => {
    if (subscriber.status !== "ready") return;
    if (subscribed) subscriber.ping().catch((error: Error) => subscriber.emit("error", error));
    else subscribe();
  }, 1_000);
  return () => clearInterval(heartbeat);
}
