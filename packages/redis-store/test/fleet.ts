import { randomUUID } from "node:crypto";
import type { BegunRun, CheckKey, CheckSpec, CheckStore, StoredState } from "@caretaker/health";
import { Redis } from "ioredis";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import {
  type BeatInfo,
  createKeys,
  createRedisCheckStore,
  createWorkerRegistry,
  type Keys,
  type Log,
  type SnapshotReader,
  type SnapshotReaderOptions,
  startSnapshotReader,
} from "../src/index.js";

/** The Redis all integration tests share: nobody flushes it, everybody uses a prefix of their own. */
export const sharedUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";

export const DB: CheckKey = { check: "db", host: null };

/** What one line of a {@link Log} was. */
export interface LogLine {
  readonly level: "info" | "warn";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that is kept. */
export function createKeptLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine["level"]) =>
    (message: string, fields: LogLine["fields"] = {}) => {
      lines.push({ level, message, fields });
    };
  return { lines, info: at("info"), warn: at("warn") };
}

/** A worker's side and a reader's side of one key prefix on one Redis. */
export interface Fleet {
  readonly url: string;
  readonly prefix: string;
  readonly keys: Keys;
  readonly client: Redis;
  readonly store: CheckStore;
  readonly log: ReturnType<typeof createKeptLog>;
  /** One more client, closed with the fleet. */
  connect(): Redis;
  /** A beat of a worker that expects these checks. */
  beat(
    specs: readonly CheckSpec[],
    info?: Partial<BeatInfo>,
    options?: { readonly isInSync?: boolean },
  ): ReturnType<ReturnType<typeof createWorkerRegistry>["beat"]>;
  withdraw(workerId: string, keys: readonly CheckKey[]): Promise<void>;
  /** A reader, stopped with the fleet. */
  read(options?: Partial<SnapshotReaderOptions>): SnapshotReader;
  publish(state: StoredState, key?: CheckKey): Promise<BegunRun>;
  close(): Promise<void>;
}

/** A fleet under a prefix of its own. */
export function openFleet(url: string): Fleet {
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const keys = createKeys(prefix);
  const log = createKeptLog();
  const clients: Redis[] = [];
  const readers: SnapshotReader[] = [];
  const connect = () => {
    const client = new Redis(url, { retryStrategy: () => 50 });
    client.on("error", () => undefined);
    clients.push(client);
    return client;
  };
  const client = connect();
  const store = createRedisCheckStore(client, keys);
  return {
    url,
    prefix,
    keys,
    client,
    store,
    log,
    connect,
    beat: (specs, info, { isInSync = true } = {}) =>
      createWorkerRegistry(client, keys, { specs }).beat({ ...WORKER, ...info }, isInSync),
    withdraw: (workerId, fields) => createWorkerRegistry(client, keys, { specs: [] }).withdraw(workerId, fields),
    read: (options) => {
      const reader = startSnapshotReader({ redis: url, prefix, log, ...options });
      readers.push(reader);
      return reader;
    },
    publish: (state, key = DB) => publish(store, state, key),
    close: async () => {
      for (const reader of readers) reader.stop();
      const all = await client.keys(`{${prefix}}:*`).catch(() => []);
      if (all.length > 0) await client.del(all);
      for (const open of clients) open.disconnect();
    },
  };
}

const WORKER: BeatInfo = {
  id: "worker-1",
  host: "host-a",
  pid: 1,
  version: "1.0.0",
  startedAtMs: 1,
  lastRunAtMs: null,
};

/** Begins a run, for a test that does not expect another one to be under way. */
export async function begin(store: CheckStore, key = DB, leaseMs = 60_000): Promise<BegunRun> {
  const answer = await store.begin(key, leaseMs);
  if (answer.kind !== "begun") throw new Error(`the store answered ${answer.kind}`);
  return answer.run;
}

/** What a run that ended in this state publishes. */
export function publicationOf({ fence, previous }: BegunRun, state: StoredState, key = DB) {
  return {
    key,
    fence,
    runId: `${key.check}.${fence}`,
    progress: { state, pending: null },
    outcome: OUTCOMES[state],
    previous,
    hungForMs: null,
  };
}

const OUTCOMES = {
  up: { status: "pass", code: "ok", durationMs: 3, measures: {} },
  degraded: { status: "warn", code: "threshold", durationMs: 3, measures: {} },
  down: { status: "fail", code: "refused", durationMs: 3, measures: {} },
} as const;

async function publish(store: CheckStore, state: StoredState, key: CheckKey): Promise<BegunRun> {
  const run = await begin(store, key);
  const answer = await store.publish(publicationOf(run, state, key));
  if (answer !== "published") throw new Error(`the store answered ${answer}`);
  return run;
}

/** Redis server time, in ms. */
export async function redisNowMs(client: Redis): Promise<number> {
  const [seconds, micros] = await client.time();
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

/** How often each command has been called, also from within scripts. */
export async function commandCalls(client: Redis): Promise<ReadonlyMap<string, number>> {
  const info = await client.info("commandstats");
  const lines = [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
  return new Map(lines.map(([, name = "", calls]) => [name, Number(calls)]));
}

/** Resolves when the reader has read, hears messages, and has nothing more to read. */
export async function quiet(fleet: Fleet, reader: SnapshotReader): Promise<void> {
  await waitFor(() => reader.current().loaded, { what: "the first read" });
  await waitFor(async () => (await subscriberCount(fleet)) > 0, { what: "a subscriber" });
  let seen = -1;
  let same = 0;
  await waitFor(
    () => {
      const { refreshes } = reader.stats();
      same = refreshes === seen ? same + 1 : 0;
      seen = refreshes;
      return same >= 5;
    },
    { what: "the reads to end" },
  );
}

async function subscriberCount({ client, keys }: Fleet): Promise<number> {
  const [, count] = (await client.pubsub("NUMSUB", keys.changes)) as [string, number];
  return Number(count);
}

/** The state the reader serves for a key, or what stands there instead. */
export function servedState(reader: SnapshotReader, key = DB): StoredState | "unreadable" | "none" {
  const record = reader.current().records.find(({ check, host }) => check === key.check && host === key.host);
  if (record === undefined) return "none";
  return "unreadable" in record ? "unreadable" : record.state;
}
