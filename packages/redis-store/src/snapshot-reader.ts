import type { SnapshotSource, StripEntry, TransitionEntry } from "@caretaker/health";
import { connect, type RedisTarget } from "./connect.js";
import { createErrorLimiter } from "./error-limiter.js";
import { toStripEntries } from "./history/strip-field.js";
import { keepSubscribed } from "./keep-subscribed.js";
import { createKeys } from "./keys.js";
import type { Log } from "./log.js";
import { createRefresher, type SnapshotReaderStats } from "./refresher.js";
import { createSnapshotMemory, type StoreSnapshot } from "./snapshot-memory.js";
import { findTransition, readTransitions, type TransitionQuery } from "./transition-reader.js";
import { warnOfOldServer } from "./warn-of-old-server.js";

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

/** A snapshot kept current by pub/sub and reconciled by reading; asking it costs no Redis command. */
export interface SnapshotReader extends SnapshotSource {
  current(): StoreSnapshot;
  /** When the store answered last, in its own time; `null` before the first answer. */
  readAtMs(): number | null;
  /** Calls after each change of {@link SnapshotReader.current}; returns what ends that. */
  onChange(listener: () => void): () => void;
  stats(): SnapshotReaderStats;
  /** The newest transitions first: one question to the store, which rejects where it is away. */
  readTransitions(query: TransitionQuery): Promise<readonly TransitionEntry[]>;
  /** One transition by its id, or `null`; rejects where the store is away. */
  findTransition(id: string): Promise<TransitionEntry | null>;
  /** The strips of every check, as workers have kept them: one question to the store. */
  readStrips(): Promise<readonly StripEntry[]>;
  /** Closes both connections and stops the timers. */
  stop(): void;
}

/**
 * Starts reading. Pub/sub is only a nudge, since messages in a reconnect gap are lost: the poll is the truth, finds a
 * dead connection by its silence, and reads all again after any gap.
 */
export function startSnapshotReader(options: SnapshotReaderOptions): SnapshotReader {
  const { redis, log } = options;
  const keys = createKeys(options.prefix);
  const listeners = new Set<() => void>();
  const memory = createSnapshotMemory(
    ({ check, host }) => log.warn("unreadable check record", { check, host }),
    () => {
      for (const listener of listeners) listener();
    },
  );
  const limitErrors = createErrorLimiter(log);
  const onError = (error: Error) => limitErrors("reader", error);
  const poll = connect(redis, "reader", onError);
  const subscriber = connect(redis, "reader", onError);
  const refresher = createRefresher(poll, { keys, memory, log, reconcileMs: options.reconcileMs ?? 5_000 });
  const unsubscribe = keepSubscribed(subscriber, keys, refresher);

  poll.on("ready", () => refresher.refresh());
  warnOfOldServer(poll, log);
  refresher.refresh();
  const timer = setInterval(() => refresher.pulse(), options.pulseMs ?? 1_000);
  return {
    current: () => memory.current(),
    nowMs: () => refresher.nowMs(),
    readAtMs: () => refresher.readAtMs(),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stats: () => refresher.stats(),
    readTransitions: (query) => readTransitions(poll, keys, query),
    findTransition: (id) => findTransition(poll, keys, id),
    readStrips: async () => toStripEntries(await poll.hgetall(keys.strips)),
    stop: () => {
      clearInterval(timer);
      unsubscribe();
      poll.disconnect();
      subscriber.disconnect();
    },
  };
}
