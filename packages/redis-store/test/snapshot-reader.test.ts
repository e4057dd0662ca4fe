import { evaluate } from "@caretaker/health";
import { sampleSpec } from "@caretaker/health/testing";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { createCleanupReporter, createRedisCheckStore, readTarget, type SnapshotReader } from "../src/index.js";
import { begin, DB, type Fleet, openFleet, publicationOf, quiet, redisNowMs, servedState, sharedUrl } from "./fleet.ts";

let fleet: Fleet;

beforeEach((context) => {
  context.skip(sharedUrl === "", "no Redis was found");
  fleet = openFleet(sharedUrl);
});

afterEach(async () => {
  vi.useRealTimers();
  await fleet?.close();
});

const SPECS = [sampleSpec("db", { critical: true }), sampleSpec("disk", { scope: "host" })];
const DISK = { check: "disk", host: "host-a" };

function verdictOf(reader: SnapshotReader) {
  return evaluate(reader.current(), { nowMs: reader.nowMs(), hostId: "host-a" }).verdict;
}

function warnings(message: string) {
  return fleet.log.lines.filter((line) => line.message === message);
}

describe("a snapshot reader", () => {
  it("loads what is there at its start", async () => {
    await fleet.beat(SPECS);
    await fleet.publish("down");
    await fleet.publish("up", DISK);
    const reader = fleet.read();
    expect(reader.current()).toMatchObject({ version: 0, loaded: false, storeReachable: false });
    await waitFor(() => reader.current().loaded);
    const { storeReachable, specs, records, workers } = reader.current();
    expect(storeReachable).toBe(true);
    expect([...specs.values()]).toEqual(SPECS);
    expect(records).toHaveLength(2);
    expect(servedState(reader)).toBe("down");
    expect(workers).toEqual([expect.objectContaining({ id: "worker-1", host: "host-a", pid: 1 })]);
    expect(warnings("store unreachable")).toEqual([]);
  });

  it("is loaded by an empty store too", async () => {
    const reader = fleet.read();
    await waitFor(() => reader.current().loaded);
    expect(reader.current()).toMatchObject({ specs: new Map(), records: [], workers: [], targets: [] });
    expect(verdictOf(reader)).toBe("pass");
  });

  it("shows a check that is new as awaiting its first run, and drops a removed one everywhere", async () => {
    await fleet.beat(SPECS, { id: "old" });
    await fleet.publish("down");
    const reader = fleet.read();
    await quiet(fleet, reader);
    expect(verdictOf(reader)).toBe("fail");
    await fleet.beat([sampleSpec("tls")], { id: "new" });
    await waitFor(() => reader.current().specs.has("tls"), { what: "the new definitions", timeoutMs: 900 });
    expect([...reader.current().specs.keys()]).toEqual(["tls"]);
    expect(reader.current().records).toEqual([]);
    const { checks, verdict } = evaluate(reader.current(), { nowMs: reader.nowMs(), hostId: "host-a" });
    expect(checks).toEqual([expect.objectContaining({ name: "tls", freshness: "none", code: "no_data" })]);
    expect(verdict).toBe("warn");
  });

  it("serves a withdrawal at once", async () => {
    await fleet.beat(SPECS);
    await fleet.publish("up");
    await fleet.publish("down", DISK);
    const reader = fleet.read();
    await quiet(fleet, reader);
    expect(verdictOf(reader)).toBe("warn");
    await fleet.withdraw("worker-1", [DISK]);
    await waitFor(() => verdictOf(reader) === "pass", { timeoutMs: 900 });
    expect(reader.current().workers).toEqual([]);
  });

  it("follows Redis time and not the host's clock, be that an hour off", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 });
    await fleet.beat(SPECS);
    await fleet.publish("up");
    const reader = fleet.read();
    await quiet(fleet, reader);
    vi.setSystemTime(Date.now() + 7_200_000);
    const before = await redisNowMs(fleet.client);
    const here = reader.nowMs();
    const after = await redisNowMs(fleet.client);
    expect(here).toBeGreaterThanOrEqual(before - 50);
    expect(here).toBeLessThanOrEqual(after + 50);
    const { checks } = evaluate(reader.current(), { nowMs: here, hostId: "host-a" });
    expect(checks[0]).toMatchObject({ name: "db", freshness: "fresh" });
    expect(checks[0]?.ageMs).toBeLessThan(5_000);
  });

  it("closes its connections and says nothing more when it is stopped, at whatever moment", async () => {
    const reader = fleet.read();
    const early = fleet.read();
    early.stop();
    await quiet(fleet, reader);
    reader.stop();
    reader.stop();
    await waitFor(async () => {
      const [, count] = (await fleet.client.pubsub("NUMSUB", fleet.keys.changes)) as [string, number];
      return Number(count) === 0;
    });
    expect(fleet.log.lines.filter(({ level }) => level === "warn")).toEqual([]);
    expect(reader.current().loaded).toBe(true);
  });

  it("takes its connection settings from a client, which it neither uses nor closes", async () => {
    await fleet.beat(SPECS);
    const given = new Redis(sharedUrl, { lazyConnect: true, keyPrefix: "theirs:" });
    const reader = fleet.read({ redis: given });
    await waitFor(() => reader.current().specs.size === 2);
    reader.stop();
    expect(given.status).toBe("wait");
    given.disconnect();
  });
});

describe("a message", () => {
  it("that is lost heals within 5 s: the sequence tells", async () => {
    await fleet.beat(SPECS);
    await fleet.publish("up");
    const reader = fleet.read();
    await quiet(fleet, reader);
    const { messages } = reader.stats();
    // The same store, whose announcements go where nobody listens.
    const silent = createRedisCheckStore(fleet.client, { ...fleet.keys, changes: "elsewhere" });
    const run = await begin(silent);
    await silent.publish(publicationOf(run, "down"));
    await waitFor(() => servedState(reader) === "down", { timeoutMs: 5_000, what: "the lost message's record" });
    expect(reader.stats().messages).toBe(messages);
  });

  it("that comes after a lost one shows the gap, and both are served", async () => {
    await fleet.beat(SPECS);
    const reader = fleet.read({ pulseMs: 60_000 });
    await quiet(fleet, reader);
    const silent = createRedisCheckStore(fleet.client, { ...fleet.keys, changes: "elsewhere" });
    await silent.publish(publicationOf(await begin(silent), "down"));
    await fleet.publish("up", DISK);
    await waitFor(() => servedState(reader) === "down" && servedState(reader, DISK) === "up", { timeoutMs: 1_000 });
    expect(reader.stats().gaps).toBe(1);
  });

  it("cut off by CLIENT KILL in mid-stream heals within 5 s", async () => {
    await fleet.beat(SPECS);
    const reader = fleet.read();
    await quiet(fleet, reader);
    for (let round = 0; round < 5; round += 1) {
      const stream = Array.from({ length: 30 }, (_, n) => fleet.publish("up", { check: "disk", host: `host-${n}` }));
      const killed = killSubscriber();
      await fleet.publish(round % 2 === 0 ? "down" : "up");
      await Promise.all([...stream, killed]);
      const state = round % 2 === 0 ? "down" : "up";
      await waitFor(() => servedState(reader) === state, { timeoutMs: 5_000, what: `round ${round}` });
      await waitFor(() => isCurrent(reader), { timeoutMs: 5_000, what: `all of round ${round}` });
    }
    expect(reader.current().records).toHaveLength(31);
    expect(reader.current().storeReachable).toBe(true);
  });

  it.each([
    "",
    "null",
    "{",
    "5",
    '{"v":1,"prev":1,"seq":2,"field":"db"}',
    '{"v":1,"prev":1,"seq":1e999,"field":"__proto__","record":{}}',
    `{"v":1,"prev":1,"seq":2,"field":"db","record":${"[".repeat(9_000)}${"]".repeat(9_000)}}`,
  ])("that is none makes the reader look again and harms nothing: %.60s", async (text) => {
    await fleet.beat(SPECS);
    await fleet.publish("down");
    const reader = fleet.read({ pulseMs: 60_000 });
    await quiet(fleet, reader);
    const { gaps } = reader.stats();
    await fleet.client.publish(fleet.keys.changes, text);
    await waitFor(() => reader.stats().gaps > gaps);
    await fleet.publish("up");
    await waitFor(() => servedState(reader) === "up");
    await quiet(fleet, reader);
    expect(reader.current().records).toHaveLength(1);
  });
});

async function killSubscriber(): Promise<void> {
  const list = String(await fleet.client.client("LIST", "TYPE", "PUBSUB"));
  const ids = [...list.matchAll(/^id=(\d+) .*name=caretaker-reader/gm)].map(([, id = ""]) => id);
  for (const id of ids) await fleet.client.client("KILL", "ID", id);
}

async function isCurrent(reader: SnapshotReader): Promise<boolean> {
  const states = await fleet.client.hgetall(fleet.keys.states);
  const stored = Object.values(states).map((text) => (JSON.parse(text) as { seq: number }).seq);
  const served = reader.current().records.map((record) => ("unreadable" in record ? -1 : record.sequence));
  return JSON.stringify(stored.sort()) === JSON.stringify(served.sort());
}

describe("a poisoned store", () => {
  it.each<[string, string | Buffer]>([
    ["random bytes", Buffer.from(Array.from({ length: 200 }, (_, n) => (n * 89) % 256))],
    ["nothing", ""],
    ["another type", "[1]"],
    ["another version", '{"v":2,"seq":1,"at":1,"since":1,"body":{}}'],
    ["10 MB", "x".repeat(10_000_000)],
    ["ten thousand brackets", "[".repeat(10_000)],
  ])("holds %s for a record: stale, said once, never a pass", async (_name, poison) => {
    await fleet.beat([sampleSpec("db")]);
    await fleet.publish("up");
    const reader = fleet.read({ reconcileMs: 100, pulseMs: 50 });
    await quietly(reader);
    expect(verdictOf(reader)).toBe("pass");
    await fleet.client.hset(fleet.keys.states, "db", poison);
    await waitFor(() => servedState(reader) === "unreadable");
    const { refreshes } = reader.stats();
    await waitFor(() => reader.stats().refreshes > refreshes + 2);
    const { checks, verdict } = evaluate(reader.current(), { nowMs: reader.nowMs(), hostId: "host-a" });
    expect(checks).toEqual([expect.objectContaining({ name: "db", freshness: "stale", code: "stale" })]);
    expect(verdict).toBe("warn");
    expect(warnings("unreadable check record")).toEqual([
      expect.objectContaining({ fields: { check: "db", host: null } }),
    ]);
    await fleet.publish("up");
    await waitFor(() => verdictOf(reader) === "pass");
  });

  it("holds a record from the future: stale, never a pass", async () => {
    await fleet.beat([sampleSpec("db")]);
    await fleet.publish("up");
    const text = (await fleet.client.hget(fleet.keys.states, "db")) ?? "";
    const anHourAhead = Math.round(await redisNowMs(fleet.client)) + 3_600_000;
    await fleet.client.hset(fleet.keys.states, "db", text.replace(/"at":\d+/, `"at":${anHourAhead}`));
    const reader = fleet.read();
    await waitFor(() => reader.current().loaded);
    expect(verdictOf(reader)).toBe("warn");
  });

  it.each<[string, string]>([
    ["garbage", "\u0000garbage"],
    ["another version", '{"v":2,"name":"db"}'],
    ["another check's settings", JSON.stringify({ ...SPECS[0], v: 1, name: "tls" })],
  ])("holds %s for a check's settings: the check stays, stale, never a pass", async (_name, poison) => {
    await fleet.beat(SPECS);
    await fleet.publish("up");
    await fleet.client.hset(fleet.keys.registry, "db", poison);
    const reader = fleet.read();
    await quiet(fleet, reader);
    expect([...reader.current().specs.keys()]).toEqual(["db", "disk"]);
    expect(verdictOf(reader)).toBe("warn");
    await fleet.publish("up");
    await waitFor(() => reader.stats().messages > 0);
    expect(verdictOf(reader)).toBe("warn");
    expect(warnings("unreadable check record")).toHaveLength(1);
  });

  it("may hold a check that is named like a property of every object", async () => {
    await fleet.beat([sampleSpec("constructor")]);
    await fleet.publish("up", { check: "constructor", host: null });
    const reader = fleet.read();
    await waitFor(() => reader.current().loaded);
    expect([...reader.current().specs.values()]).toEqual([sampleSpec("constructor")]);
    expect(verdictOf(reader)).toBe("pass");
  });

  it("holds foreign fields: no check, no crash, no polluted prototype", async () => {
    await fleet.beat([sampleSpec("db")]);
    await fleet.publish("up");
    const record = (await fleet.client.hget(fleet.keys.states, "db")) ?? "";
    const names = ["__proto__", "toString", "A b", "", "x".repeat(1_000)];
    for (const name of names) {
      await fleet.client.hset(fleet.keys.registry, name, '{"polluted":true}');
      await fleet.client.hset(fleet.keys.states, name, record);
      await fleet.client.hset(fleet.keys.workers, name, "{}");
      await fleet.client.hset(fleet.keys.targets, name, '{"target":7}');
      await fleet.client.hset(fleet.keys.reportHeads, name, "r");
    }
    const reader = fleet.read();
    await waitFor(() => reader.current().loaded);
    expect([...reader.current().specs.keys()]).toEqual(["db"]);
    expect(reader.current().targets).toEqual([]);
    expect(reader.current().workers).toHaveLength(1);
    expect(verdictOf(reader)).toBe("pass");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it.each(["states", "registry", "sequence", "registryDigest", "workers", "targets", "reportHeads"] as const)(
    "whose %s has another type: the last snapshot stays, the log says so, and it heals",
    async (name) => {
      await fleet.beat(SPECS);
      await fleet.publish("down");
      const reader = fleet.read({ pulseMs: 200, reconcileMs: 400 });
      await quietly(reader);
      const key = fleet.keys[name];
      const wasThere = (await fleet.client.exists(key)) === 1;
      if (wasThere) await fleet.client.rename(key, `${key}:aside`);
      await fleet.client.lpush(key, "wrong");
      await waitFor(() => !reader.current().storeReachable, { timeoutMs: 5_000, what: "the store to be given up" });
      expect(servedState(reader)).toBe("down");
      expect(reader.current().specs.size).toBe(2);
      expect(String(warnings("store unreachable")[0]?.fields["error"])).toContain("WRONGTYPE");
      expect(warnings("store unreachable")).toHaveLength(1);
      await fleet.client.del(key);
      if (wasThere) await fleet.client.rename(`${key}:aside`, key);
      await waitFor(() => reader.current().storeReachable, { timeoutMs: 2_000 });
      expect(servedState(reader)).toBe("down");
    },
  );

  it("that was never readable is said to be unreachable too", async () => {
    await fleet.client.lpush(fleet.keys.states, "wrong");
    const reader = fleet.read({ pulseMs: 200 });
    await waitFor(() => warnings("store unreachable").length > 0, { timeoutMs: 5_000 });
    expect(reader.current()).toMatchObject({ loaded: false, storeReachable: false });
  });

  async function quietly(reader: SnapshotReader): Promise<void> {
    await waitFor(() => reader.current().loaded && reader.current().specs.size > 0);
  }
});

describe("cleanup reports", () => {
  const STATUS = {
    ...{ target: "recordings", host: "host-a", schedule: "every 1h", nextRunAtMs: 5, overdueAfterMs: 60_000 },
    running: null,
  };
  const NO_SUMS = { totals: { sessions: [], runs: {}, freedBytes: 0 }, lastRun: null, lastSuccessAtMs: null };

  it("are served newest first, with the target's status, and at most fifty", async () => {
    const reader = fleet.read();
    await quiet(fleet, reader);
    const reporter = createCleanupReporter(fleet.client, fleet.keys);
    const counts = { done: 2, of: 9, failed: 1, bytesFreed: 7 };
    const running = { ...counts, runId: "r0", dryRun: false, phase: "deleting", startedAtMs: 1, updatedAtMs: 2 };
    await reporter.status({ ...STATUS, running: { ...running, cancelling: true } });
    await waitFor(() => reader.current().targets.length > 0, { timeoutMs: 900 });
    const shown = { ...STATUS, running: { ...running, cancelling: true } };
    expect(reader.current().targets).toEqual([{ ...shown, ...NO_SUMS, reports: [] }]);
    for (let run = 0; run < 52; run += 1)
      await reporter.report(STATUS, { report: { runId: `r${run}`, kept: run }, sums: null });
    await waitFor(() => reader.current().targets[0]?.reports[0]?.runId === "r51");
    expect(reader.current().targets[0]).toMatchObject({ ...STATUS, reports: { length: 50 } });
    expect(reader.current().targets[0]?.reports[49]).toEqual({ runId: "r2", kept: 2 });
  });

  it("count in the sums once each, however often they are published, and dry ones never", async () => {
    const reporter = createCleanupReporter(fleet.client, fleet.keys);
    const sessions = [
      { outcome: "deleted", reason: "ok", count: 3 },
      { outcome: "failed", reason: "permission", count: 1 },
    ];
    const run = { runId: "r1", outcome: "failed", finishedAtMs: 7, code: null, planId: "p1", guards: [] };
    const failed = { report: { runId: "r1" }, sums: { sessions, freedBytes: 100, isSuccess: false, run } };
    const late = { ...run, runId: "r0", outcome: "done", finishedAtMs: 6 };
    await Promise.all([1, 2, 3].map(() => reporter.report(STATUS, failed)));
    await reporter.report(STATUS, { report: { runId: "dry" }, sums: null });
    await reporter.report(STATUS, { report: { runId: "r0" }, sums: { ...failed.sums, isSuccess: true, run: late } });
    expect(await reporter.unpublished("recordings", ["r2", "r1", "dry", "r3"])).toEqual(["r2", "r3"]);
    const reader = fleet.read();
    await waitFor(() => reader.current().loaded);
    const [target] = reader.current().targets;
    expect(target).toMatchObject({ lastRun: run, lastSuccessAtMs: 6, reports: { length: 3 } });
    expect(target?.totals).toEqual({
      sessions: sessions.map((one) => ({ ...one, count: 2 * one.count })),
      runs: { failed: 1, done: 1 },
      freedBytes: 200,
    });
    expect(await readTarget(fleet.client, fleet.keys, "recordings")).toMatchObject({ ...STATUS, lastRun: run });
    expect(await readTarget(fleet.client, fleet.keys, "elsewhere")).toBeNull();
  });

  it("that are no reports are left out", async () => {
    const reporter = createCleanupReporter(fleet.client, fleet.keys);
    await reporter.report(STATUS, { report: { runId: "good" }, sums: null });
    await fleet.client.lpush(fleet.keys.reports("recordings"), "garbage", "null", "{}", '{"runId":7}');
    const reader = fleet.read();
    await waitFor(() => reader.current().loaded);
    expect(reader.current().targets[0]?.reports).toEqual([{ runId: "good" }]);
    expect(servedState(reader, DB)).toBe("none");
  });
});
