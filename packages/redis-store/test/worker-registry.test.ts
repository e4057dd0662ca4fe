import { type CheckKey, decodeRecord } from "@caretaker/health";
import { sampleSpec } from "@caretaker/health/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { begin, DB, type Fleet, openFleet, redisNowMs, sharedUrl } from "./fleet.ts";

let fleet: Fleet;

beforeEach((context) => {
  context.skip(sharedUrl === "", "no Redis was found");
  fleet = openFleet(sharedUrl);
});

afterEach(() => fleet?.close());

const OLD = [sampleSpec("db"), sampleSpec("gone")];
const NEW = [sampleSpec("db"), sampleSpec("disk", { scope: "host" })];
const DISK_A: CheckKey = { check: "disk", host: "host-a" };
const DISK_B: CheckKey = { check: "disk", host: "host-b" };

async function registered(): Promise<string[]> {
  return (await fleet.client.hkeys(fleet.keys.registry)).sort();
}

async function stored(key: CheckKey) {
  const field = key.host === null ? key.check : `${key.check}@${key.host}`;
  return decodeRecord(key, (await fleet.client.hget(fleet.keys.states, field)) ?? "");
}

/** As if the worker's last beat lay this far back. */
async function silence(workerId: string, forMs: number): Promise<void> {
  const { client, keys } = fleet;
  await client.zadd(keys.beats, Math.round((await redisNowMs(client)) - forMs), workerId);
}

describe("a beat", () => {
  it("installs the definitions once, and tells Redis time", async () => {
    const beforeMs = Math.floor(await redisNowMs(fleet.client));
    const first = await fleet.beat(NEW);
    expect(first.role).toBe("installed");
    expect(first.nowMs).toBeGreaterThanOrEqual(beforeMs);
    expect(first.nowMs).toBeLessThanOrEqual(await redisNowMs(fleet.client));
    expect((await fleet.beat(NEW)).role).toBe("current");
    expect((await fleet.beat([...NEW].reverse(), { id: "worker-2" })).role).toBe("current");
    expect(await registered()).toEqual(["db", "disk"]);
  });

  it("gives the turn to one worker at a time", async () => {
    const turns = await Promise.all(["a", "b", "c"].map((id) => fleet.beat(NEW, { id })));
    expect(turns.filter(({ isTurn }) => isTurn)).toHaveLength(1);
    await fleet.client.del(fleet.keys.repairTurn);
    expect((await fleet.beat(NEW, { id: "b" })).isTurn).toBe(true);
  });

  it("yields to newer definitions as long as a worker carries them, and takes over when none is left", async () => {
    expect((await fleet.beat(OLD, { id: "old" })).role).toBe("installed");
    expect((await fleet.beat(NEW, { id: "new" })).role).toBe("installed");
    expect(await fleet.beat(OLD, { id: "old" })).toMatchObject({ role: "superseded", isTurn: false });
    expect(await registered()).toEqual(["db", "disk"]);
    await fleet.withdraw("new", []);
    expect((await fleet.beat(OLD, { id: "old" })).role).toBe("installed");
    expect(await registered()).toEqual(["db", "gone"]);
    expect((await fleet.beat(NEW, { id: "new" })).role).toBe("installed");
  });

  it.each([
    [14_000, "superseded"],
    [15_100, "installed"],
  ])("counts a worker that was silent for %d ms: %s", async (silentMs, role) => {
    await fleet.beat(OLD, { id: "old" });
    await fleet.beat(NEW, { id: "new" });
    await silence("new", silentMs);
    expect((await fleet.beat(OLD, { id: "old" })).role).toBe(role);
  });

  it("removes what belongs to checks that are no longer expected, and nothing else", async () => {
    await fleet.beat(OLD);
    await fleet.publish("up");
    await fleet.publish("down", { check: "gone", host: null });
    await fleet.publish("up", { check: "gone", host: "host-a" });
    await fleet.beat(NEW, { id: "new" });
    await fleet.publish("up", DISK_A);
    await fleet.beat(NEW, { id: "new" });
    expect((await fleet.client.hkeys(fleet.keys.states)).sort()).toEqual(["db", "disk@host-a"]);
    expect((await fleet.client.hkeys(fleet.keys.fences)).sort()).toEqual(["db", "disk@host-a"]);
  });

  it("supersedes a run of a removed check that is still under way", async () => {
    await fleet.beat(OLD);
    const run = await begin(fleet.store, { check: "gone", host: null });
    await fleet.beat(NEW, { id: "new" });
    const outcome = { status: "pass", code: "ok", durationMs: 1, measures: {} } as const;
    const late = { key: { check: "gone", host: null }, fence: run.fence, runId: "late", outcome, hungForMs: null };
    expect(await fleet.store.publish({ ...late, progress: { state: "up", pending: null }, previous: null })).toBe(
      "superseded",
    );
  });

  it.each([
    ["all data", () => fleet.client.keys(`{${fleet.prefix}}:*`)],
    ["the registry", async () => [fleet.keys.registry]],
    ["the digest", async () => [fleet.keys.registryDigest]],
  ])("puts the definitions back when %s is lost", async (_name, lost) => {
    await fleet.beat(NEW);
    await fleet.client.del(await lost());
    expect((await fleet.beat(NEW)).role).toBe("installed");
    expect(await registered()).toEqual(["db", "disk"]);
    expect((await fleet.beat(NEW)).role).toBe("current");
  });

  it("puts the definitions back when one is missing or one too many", async () => {
    await fleet.beat(NEW);
    await fleet.client.hdel(fleet.keys.registry, "db");
    expect((await fleet.beat(NEW)).role).toBe("installed");
    await fleet.client.hset(fleet.keys.registry, "stray", "{}");
    expect((await fleet.beat(NEW)).role).toBe("installed");
    expect(await registered()).toEqual(["db", "disk"]);
  });

  it("forgets a worker after an hour of silence, not before", async () => {
    await fleet.beat(NEW, { id: "dead" });
    await fleet.beat(NEW, { id: "quiet" });
    await silence("dead", 3_600_100);
    await silence("quiet", 3_599_000);
    await fleet.beat(NEW, { id: "alive" });
    for (const key of [fleet.keys.workers, fleet.keys.workerVersions]) {
      expect((await fleet.client.hkeys(key)).sort()).toEqual(["alive", "quiet"]);
    }
    expect((await fleet.client.zrange(fleet.keys.beats, "0", "-1")).sort()).toEqual(["alive", "quiet"]);
  });

  it("counts the other living workers whose clock agrees with the store's", async () => {
    expect((await fleet.beat(NEW, { id: "a" })).othersInSync).toBe(0);
    expect((await fleet.beat(NEW, { id: "b" }, { isInSync: false })).othersInSync).toBe(1);
    expect((await fleet.beat(NEW, { id: "a" })).othersInSync).toBe(0);
    expect((await fleet.beat(NEW, { id: "b" })).othersInSync).toBe(1);
    expect((await fleet.beat(NEW, { id: "a" })).othersInSync).toBe(1);
  });

  it("does not count those with older definitions, which take no ticks, nor those that have left", async () => {
    await fleet.beat(OLD, { id: "a" });
    expect((await fleet.beat(NEW, { id: "b" }, { isInSync: false })).othersInSync).toBe(0);
    await fleet.beat(NEW, { id: "c" });
    expect((await fleet.beat(NEW, { id: "b" }, { isInSync: false })).othersInSync).toBe(1);
    expect((await fleet.beat(OLD, { id: "a" })).othersInSync).toBe(1);
    await fleet.withdraw("c", []);
    expect((await fleet.beat(NEW, { id: "b" }, { isInSync: false })).othersInSync).toBe(0);
  });

  it("gives no turn to a worker whose clock is off, unless there is no other", async () => {
    expect((await fleet.beat(NEW, { id: "off" }, { isInSync: false })).isTurn).toBe(true);
    await fleet.client.del(fleet.keys.repairTurn);
    await fleet.beat(NEW, { id: "right" });
    await fleet.client.del(fleet.keys.repairTurn);
    expect((await fleet.beat(NEW, { id: "off" }, { isInSync: false })).isTurn).toBe(false);
    expect((await fleet.beat(NEW, { id: "right" })).isTurn).toBe(true);
  });

  it("forgets a machine that has had no worker for a day, with its results and nobody else's", async () => {
    await fleet.beat(NEW);
    await fleet.publish("up", DISK_A);
    await fleet.publish("up", { check: "disk", host: "other-host-a" });
    await fleet.client.zadd(fleet.keys.hosts, Date.now() - 86_410_000, "host-a");
    await fleet.client.del(fleet.keys.repairTurn);
    const reply = await fleet.beat(NEW, { id: "elsewhere", host: "host-b" });
    expect(reply.forgottenHosts).toEqual(["host-a"]);
    expect(await fleet.client.hkeys(fleet.keys.states)).toEqual(["disk@other-host-a"]);
    expect(await fleet.client.zrange(fleet.keys.hosts, "0", "-1")).not.toContain("host-a");
  });

  it("keeps no more than 64 definition sets, and keeps their order", async () => {
    for (let version = 0; version < 70; version += 1) {
      await fleet.beat([sampleSpec("db", { everyMs: 1_000 + version })]);
    }
    expect(await fleet.client.hlen(fleet.keys.definitions)).toBeLessThanOrEqual(64);
    await fleet.beat([sampleSpec("db", { everyMs: 1_069 })], { id: "newest" });
    expect((await fleet.beat([sampleSpec("db", { everyMs: 1_068 })])).role).toBe("superseded");
  });

  it("announces that the definitions have changed", async () => {
    const before = await fleet.client.get(fleet.keys.sequence);
    await fleet.beat(NEW);
    const installed = await fleet.client.get(fleet.keys.sequence);
    expect(installed).not.toBe(before);
    await fleet.beat(NEW);
    expect(await fleet.client.get(fleet.keys.sequence)).toBe(installed);
  });
});

describe("a withdrawal", () => {
  it("forgets the worker and marks its host results, once", async () => {
    await fleet.beat(NEW);
    await fleet.publish("down", DISK_A);
    await fleet.publish("up", DISK_B);
    await fleet.publish("up");
    await fleet.withdraw("worker-1", [DISK_A, { check: "never-ran", host: "host-a" }]);
    const marked = await fleet.client.hget(fleet.keys.states, "disk@host-a");
    await fleet.withdraw("worker-1", [DISK_A]);
    expect(await fleet.client.hget(fleet.keys.states, "disk@host-a")).toBe(marked);
    expect(await stored(DISK_A)).toMatchObject({ state: "down", withdrawn: true });
    expect(await stored(DISK_B)).toMatchObject({ withdrawn: false });
    expect(await stored(DB)).toMatchObject({ withdrawn: false });
    expect(await fleet.client.hlen(fleet.keys.workers)).toBe(0);
    expect(await fleet.client.hlen(fleet.keys.workerVersions)).toBe(0);
    expect(await fleet.client.zcard(fleet.keys.beats)).toBe(0);
  });

  it("is taken back by the next result", async () => {
    await fleet.beat(NEW);
    await fleet.publish("down", DISK_A);
    const { sinceMs } = (await stored(DISK_A)) as { sinceMs?: number };
    await fleet.withdraw("worker-1", [DISK_A]);
    await fleet.publish("down", DISK_A);
    expect(await stored(DISK_A)).toMatchObject({ withdrawn: false, sinceMs });
  });

  it("leaves the results that another living worker of the same machine goes on with", async () => {
    await fleet.beat(NEW, { id: "leaving" });
    await fleet.beat(NEW, { id: "staying" });
    await fleet.publish("down", DISK_A);
    await fleet.withdraw("leaving", [DISK_A]);
    expect(await stored(DISK_A)).toMatchObject({ withdrawn: false });
    await fleet.beat(NEW, { id: "leaving" });
    await silence("staying", 15_100);
    await fleet.withdraw("leaving", [DISK_A]);
    expect(await stored(DISK_A)).toMatchObject({ withdrawn: true });
  });

  it("leaves a record alone that it cannot read", async () => {
    await fleet.beat(NEW);
    await fleet.client.hset(fleet.keys.states, "disk@host-a", "garbage");
    await fleet.withdraw("worker-1", [DISK_A]);
    expect(await fleet.client.hget(fleet.keys.states, "disk@host-a")).toBe("garbage");
  });
});
