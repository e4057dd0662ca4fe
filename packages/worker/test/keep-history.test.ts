import { randomUUID } from "node:crypto";
import {
  BUCKETS,
  bucketOf,
  bucketsUntil,
  createMemoryHistoryStore,
  defineCheck,
  type HistoryStore,
  next,
  type Outcome,
  toSpec,
} from "@caretaker/health";
import {
  createKeys,
  createRedisCheckStore,
  createRedisHistory,
  createWorkerRegistry,
  type RedisHistory,
} from "@caretaker/redis-store";
import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { startHistoryKeeper } from "../src/keep-history.js";
import type { RegularLook } from "../src/look-regularly.js";

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const DB = defineCheck({ name: "db", every: "30s", failureThreshold: 1, successThreshold: 1, run: () => undefined });
const WORKER = { id: "worker-1", host: "host-a", pid: 1, version: "1", startedAtMs: 1, lastRunAtMs: null };

let client: Redis;
let redis: RedisHistory;
let keys: ReturnType<typeof createKeys>;
const keepers: RegularLook[] = [];

beforeEach(async () => {
  client = new Redis(process.env["CARETAKER_TEST_REDIS_URL"] ?? "");
  keys = createKeys(`history-${randomUUID().slice(0, 8)}`);
  redis = createRedisHistory(client, keys);
  await waitFor(() => redis.isReady());
  await createWorkerRegistry(client, keys, { specs: [toSpec(DB)] }).beat(WORKER, true);
});

afterEach(async () => {
  for (const keeper of keepers.splice(0)) keeper.stop();
  await loseData();
  client.disconnect();
});

async function loseData(): Promise<void> {
  const all = await client.keys(`${keys.states.slice(0, keys.states.indexOf("}") + 1)}:*`);
  if (all.length > 0) await client.del(all);
}

/** A worker's keeper that looks only when it is told. */
function keeperWith(store: HistoryStore): RegularLook {
  const keeper = startHistoryKeeper({ redis, store, log: SILENT, everyMs: 3_600_000 });
  keepers.push(keeper);
  return keeper;
}

async function publish(status: Outcome["status"]): Promise<void> {
  const store = createRedisCheckStore(client, keys);
  const key = { check: "db", host: null };
  const begun = await store.begin(key, 5_000);
  if (begun.kind !== "begun") throw new Error(`the store answered ${begun.kind}`);
  const outcome: Outcome = { status, code: status === "fail" ? "refused" : "ok", durationMs: 3, measures: {} };
  const { fence, previous } = begun.run;
  const progress = next(previous, outcome, DB);
  await store.publish({ key, fence, runId: `db.${fence}`, progress, outcome, previous, hungForMs: null });
}

/** What Redis holds: the last bucket of each range, and the changes. */
async function kept() {
  const { strips, transitions, nowMs } = await redis.read("0-0");
  const last = strips.map(({ range, strip }) => [range, bucketsUntil(strip, bucketOf(nowMs, range)).at(-1)]);
  return { last: Object.fromEntries(last), changes: transitions.map(({ from, to }) => `${from} ${to}`), strips };
}

const MIXED = { worst: "down", isMixed: true };
const ALL = { "1h": MIXED, "24h": MIXED, "7d": MIXED };

it("keeps the worst state of the bucket in every range, a failure between two looks too", async () => {
  const keeper = keeperWith(createMemoryHistoryStore());
  await publish("pass");
  await keeper.look();
  await publish("fail");
  await publish("pass");
  await keeper.look();
  expect(await kept()).toMatchObject({ last: ALL, changes: ["unknown up", "up down", "down up"] });
});

it("counts nothing twice, however many workers look", async () => {
  const stores = [createMemoryHistoryStore(), createMemoryHistoryStore(), createMemoryHistoryStore()];
  const all = stores.map(keeperWith);
  for (const status of ["pass", "fail", "pass"] as const) {
    await publish(status);
    await Promise.all(all.map((keeper) => keeper.look()));
  }
  await Promise.all(all.map((keeper) => keeper.look()));
  const { last, changes, strips } = await kept();
  expect({ last, changes }).toEqual({ last: ALL, changes: ["unknown up", "up down", "down up"] });
  for (const store of stores) {
    expect(await store.newest(100)).toHaveLength(3);
    expect(await store.merge([])).toEqual(expect.arrayContaining(strips.map((entry) => ({ ...entry }))));
  }
});

it("fills Redis again after it has lost everything, from the store that lasts", async () => {
  const store = createMemoryHistoryStore();
  const keeper = keeperWith(store);
  await publish("pass");
  await publish("fail");
  await keeper.look();
  const before = await kept();
  await loseData();
  // As after a restart of the worker too.
  await keeperWith(store).look();
  expect(await kept()).toEqual(before);
  await publish("pass");
  await keeper.look();
  expect((await kept()).changes).toEqual(["unknown up", "up down", "unknown up"]);
});

it("teaches a new worker what Redis knows", async () => {
  await publish("pass");
  await keeperWith(createMemoryHistoryStore()).look();
  const before = await kept();
  const fresh = createMemoryHistoryStore();
  await keeperWith(fresh).look();
  await loseData();
  await keeperWith(fresh).look();
  expect(await kept()).toEqual(before);
});

it("removes strips that are over, and takes none from a clock far ahead", async () => {
  await client.hset(keys.strips, "1h|db", "100:1", "24h|db", `${bucketOf(Date.now(), "24h") + BUCKETS}:4`);
  await keeperWith(createMemoryHistoryStore()).look();
  expect(await client.hlen(keys.strips)).toBe(0);
});
