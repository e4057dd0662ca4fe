import { decodeRecord, type StoredState } from "@caretaker/health";
import { type CheckStoreHarness, checkStoreContract, type Transition } from "@caretaker/health/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTcpProxy } from "../../../scripts/testing/tcp-proxy.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { connect, createRedisCheckStore } from "../src/index.js";
import { fromField } from "../src/scope-field.js";
import { begin, DB, type Fleet, openFleet, publicationOf, redisNowMs, sharedUrl } from "./fleet.ts";

let fleet: Fleet;

beforeEach((context) => {
  context.skip(sharedUrl === "", "no Redis was found");
  fleet = openFleet(sharedUrl);
});

afterEach(() => fleet?.close());

async function transitionsOf({ client, keys }: Fleet): Promise<Transition[]> {
  const entries = await client.xrange(keys.transitions, "-", "+");
  return entries.map(([, fields]) => {
    const field = (name: string) => fields[fields.indexOf(name) + 1] ?? "";
    const key = fromField(field("field"));
    return { key, from: field("from") as Transition["from"], to: field("to") as StoredState, runId: field("runId") };
  });
}

async function makeHarness(): Promise<CheckStoreHarness> {
  const { store, client, keys, close } = fleet;
  return {
    store,
    elapse: async (ms) => {
      const end = (await redisNowMs(client)) + ms;
      await waitFor(async () => (await redisNowMs(client)) > end, { what: `${ms} ms of Redis time` });
    },
    loseData: async () => {
      await client.del(await client.keys(`{${fleet.prefix}}:*`));
    },
    transitions: () => transitionsOf({ ...fleet, keys }),
    close,
  };
}

async function recordOf({ client, keys }: Fleet) {
  const record = decodeRecord(DB, (await client.hget(keys.states, "db")) ?? "");
  if ("unreadable" in record) throw new Error("no readable record");
  return record;
}

describe("the store in Redis", () => {
  it.each(checkStoreContract("redis", makeHarness))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe("fences", () => {
  it("let one of sixty contenders on three connections run, again and again", async () => {
    const stores = [fleet.store, ...[1, 2].map(() => createRedisCheckStore(fleet.connect(), fleet.keys))];
    let running = 0;
    let most = 0;
    let published = 0;
    const contend = async (store: (typeof stores)[number]) => {
      const answer = await store.begin(DB, 60_000);
      if (answer.kind !== "begun") return;
      running += 1;
      most = Math.max(most, running);
      await fleet.client.ping();
      running -= 1;
      if ((await store.publish(publicationOf(answer.run, "up"))) === "published") published += 1;
    };
    const rounds = Array.from({ length: 20 }, () => stores).flat();
    for (let round = 0; round < 5; round += 1) await Promise.all(rounds.map(contend));
    expect(most).toBe(1);
    expect(published).toBeGreaterThanOrEqual(5);
  });

  it("let no late result overwrite a newer one, in two hundred races", async () => {
    const other = createRedisCheckStore(fleet.connect(), fleet.keys);
    for (let race = 0; race < 200; race += 1) {
      const late = await begin(fleet.store, DB);
      // Its holder died: the lease is gone and the run is not.
      await fleet.client.del(fleet.keys.lease("db"));
      const newer = await begin(other, DB);
      const answers = await Promise.all([
        fleet.store.publish(publicationOf(late, "down")),
        other.publish(publicationOf(newer, "up")),
      ]);
      expect(answers).toEqual(["superseded", "published"]);
    }
    expect((await recordOf(fleet)).state).toBe("up");
  });

  it("never go back: not behind one that was handed out, whatever the clock says", async () => {
    const { client, keys, store } = fleet;
    const anHourAhead = String(Math.round((await redisNowMs(client)) + 3_600_000) * 1_000);
    await client.hset(keys.fences, "db", `${anHourAhead}:done`);
    const { fence } = await begin(store);
    expect(BigInt(fence)).toBe(BigInt(anHourAhead) + 1n);
  });

  it("follow Redis time when all data are lost", async () => {
    const { client, store } = fleet;
    const beforeMs = await redisNowMs(client);
    const micros = Number((await begin(store)).fence);
    expect(micros).toBeGreaterThanOrEqual(beforeMs * 1_000);
    expect(micros).toBeLessThanOrEqual((await redisNowMs(client)) * 1_000);
  });

  it("are handed out over a value that is none", async () => {
    await fleet.client.hset(fleet.keys.fences, "db", "\u0000garbage");
    await fleet.publish("up");
    expect((await recordOf(fleet)).state).toBe("up");
  });
});

describe("a lease", () => {
  it("expires by itself, a quarter of a second after a worker died with it", async () => {
    await begin(fleet.store, DB, 250);
    expect(await fleet.store.begin(DB, 250)).toEqual({ kind: "busy" });
    const heir = await waitFor(async () => {
      const answer = await fleet.store.begin(DB, 250);
      return answer.kind === "begun" && answer;
    });
    expect(heir.kind).toBe("begun");
  });

  it("that was given by a reply which got lost is taken over by whoever it was for, and by nobody else", async () => {
    const { client, keys } = fleet;
    const { hostname, port, password } = new URL(sharedUrl);
    const proxy = await startTcpProxy(Number(port));
    const target = { host: hostname, port: proxy.port, ...(password === "" ? {} : { password }) };
    const line = connect(target, "store", () => undefined);
    const store = createRedisCheckStore(line, keys);
    await waitFor(() => line.status === "ready", { what: "the connection" });
    proxy.set({ kind: "latency", ms: 200 });
    const lost = store.begin(DB, 60_000);
    lost.catch(() => undefined);
    await waitFor(() => client.exists(keys.lease("db")), { what: "the lease" });
    proxy.set({ kind: "refuse" });
    await expect(lost).rejects.toThrow();
    proxy.set({ kind: "pass" });
    expect(await fleet.store.begin(DB, 60_000)).toEqual({ kind: "busy" });
    const taken = await waitFor(() => store.begin(DB, 60_000), { what: "an answer" });
    expect(taken.kind).toBe("begun");
    expect(await store.begin(DB, 60_000)).toEqual({ kind: "busy" });
    line.disconnect();
    await proxy.stop();
  });

  it("of a run under way is nobody's to take over, also not by who has it", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => fleet.store.begin(DB, 60_000)));
    expect(answers.map(({ kind }) => kind)).toEqual(["begun", "busy", "busy"]);
    expect(await fleet.store.begin(DB, 60_000)).toEqual({ kind: "busy" });
  });
});

describe("a publication", () => {
  it("is stamped with Redis time, also where the sequence runs ahead of it", async () => {
    const { client, keys } = fleet;
    const beforeMs = Math.floor(await redisNowMs(client));
    await client.set(keys.sequence, String((beforeMs + 3_600_000) * 1_000));
    await fleet.publish("up");
    const { atMs, sinceMs, sequence } = await recordOf(fleet);
    expect(sequence).toBe((beforeMs + 3_600_000) * 1_000 + 1);
    expect(atMs).toBeGreaterThanOrEqual(beforeMs);
    expect(atMs).toBeLessThanOrEqual(await redisNowMs(client));
    expect(sinceMs).toBe(atMs);
  });

  it("is announced once, and names its predecessor", async () => {
    const { client, keys } = fleet;
    const messages: Record<string, unknown>[] = [];
    const subscriber = fleet.connect();
    subscriber.on("message", (_channel, text) => messages.push(JSON.parse(text)));
    await subscriber.subscribe(keys.changes);
    const run = await fleet.publish("up");
    await fleet.store.publish(publicationOf(run, "down"));
    await fleet.publish("down", { check: "disk", host: "host-a" });
    await fleet.publish("up");
    await waitFor(() => messages.length >= 3, { what: "three messages" });
    expect(messages.map(({ field }) => field)).toEqual(["db", "disk@host-a", "db"]);
    expect(messages.map(({ prev }) => prev)).toEqual([0, messages[0]?.["seq"], messages[1]?.["seq"]]);
    expect(await client.get(keys.sequence)).toBe(String(messages[2]?.["seq"]));
    expect(messages[2]?.["record"]).toEqual(JSON.parse((await client.hget(keys.states, "db")) ?? ""));
    expect(messages).toHaveLength(3);
  });

  it("survives a host whose name needs escaping", async () => {
    const key = { check: "disk", host: 'a"b\\c\u2028ü' };
    const messages: Record<string, unknown>[] = [];
    const subscriber = fleet.connect();
    subscriber.on("message", (_channel, text) => messages.push(JSON.parse(text)));
    await subscriber.subscribe(fleet.keys.changes);
    await fleet.publish("up", key);
    await waitFor(() => messages.length > 0, { what: "the message" });
    expect(messages[0]?.["field"]).toBe(`disk@${key.host}`);
    expect((await begin(fleet.store, key)).previous).toMatchObject({ ...key, state: "up" });
  });

  it("goes through a Redis that has forgotten its scripts", async () => {
    await fleet.publish("up");
    await fleet.client.script("FLUSH");
    await fleet.publish("down");
    expect((await recordOf(fleet)).state).toBe("down");
  });

  it("takes over from a record that cannot be read", async () => {
    await fleet.client.hset(fleet.keys.states, "db", Buffer.from([0, 255, 254, 123]));
    const run = await begin(fleet.store);
    expect(run.previous).toBeNull();
    await fleet.store.publish(publicationOf(run, "up"));
    expect((await recordOf(fleet)).state).toBe("up");
  });

  it("keeps the stream of transitions short", async () => {
    const { client, keys } = fleet;
    const pipeline = client.pipeline();
    for (let entry = 0; entry < 12_000; entry += 1) pipeline.xadd(keys.transitions, "*", "field", "old");
    await pipeline.exec();
    await fleet.publish("up");
    expect(await client.xlen(keys.transitions)).toBeLessThanOrEqual(10_200);
    expect((await transitionsOf(fleet)).at(-1)).toMatchObject({ key: DB, from: "unknown", to: "up" });
  });
});
