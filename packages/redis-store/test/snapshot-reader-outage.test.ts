import { evaluate } from "@caretaker/health";
import { sampleSpec } from "@caretaker/health/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RedisServer, startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { createCleanupReporter, type SnapshotReader } from "../src/index.js";
import { begin, commandCalls, type Fleet, openFleet, publicationOf, quiet, servedState, sharedUrl } from "./fleet.ts";

const SPECS = [sampleSpec("db", { critical: true })];

let server: RedisServer;
let fleet: Fleet;

beforeEach(async (context) => {
  context.skip(sharedUrl === "", "no Redis was found");
  server = await startRedisServer();
  fleet = openFleet(server.url);
});

afterEach(async () => {
  await fleet?.close();
  await server?.stop();
});

function verdictOf(reader: SnapshotReader) {
  return evaluate(reader.current(), { nowMs: reader.nowMs(), hostId: "host-a" }).verdict;
}

function said(message: string): number {
  return fleet.log.lines.filter((line) => line.message === message).length;
}

async function fleetIsBack(): Promise<void> {
  await waitFor(() => fleet.client.status === "ready", { what: "the worker's own connection" });
}

describe("commands", () => {
  it("are not sent for a question: a thousand of them cost none", async () => {
    await fleet.beat(SPECS);
    await fleet.publish("up");
    const reader = fleet.read({ pulseMs: 60_000 });
    await quiet(fleet, reader);
    const before = await commandCalls(fleet.client);
    for (let question = 0; question < 1_000; question += 1) {
      reader.current();
      reader.nowMs();
    }
    const after = await commandCalls(fleet.client);
    expect(sum(after, ["info", "ping"])).toBe(sum(before, ["info", "ping"]));
  });

  it("are not sent for a message: it carries all there is to know", async () => {
    await fleet.beat(SPECS);
    await fleet.publish("up");
    const reader = fleet.read({ pulseMs: 60_000 });
    await quiet(fleet, reader);
    const before = await commandCalls(fleet.client);
    const states = ["down", "up", "degraded", "down"] as const;
    for (const state of states) {
      await fleet.publish(state);
      await waitFor(() => servedState(reader) === state);
    }
    const after = await commandCalls(fleet.client);
    expect(after.get("hgetall")).toBe(before.get("hgetall"));
    expect(reader.stats()).toMatchObject({ messages: 4, gaps: 0 });
  });

  it("are few while nothing happens: two a pulse, a full read only to reconcile", async () => {
    await fleet.beat(SPECS);
    const reader = fleet.read({ pulseMs: 50, reconcileMs: 60_000 });
    await quiet(fleet, reader);
    const before = await commandCalls(fleet.client);
    await waitFor(async () => ((await commandCalls(fleet.client)).get("time") ?? 0) > (before.get("time") ?? 0) + 4);
    expect((await commandCalls(fleet.client)).get("hgetall")).toBe(before.get("hgetall"));
    expect(reader.current().storeReachable).toBe(true);
  });

  it("fetch a target's reports only when they have grown", async () => {
    const schedule = { schedule: "every 1h", nextRunAtMs: null, overdueAfterMs: 60_000 };
    const status = { target: "recordings", host: "host-a", ...schedule, running: null };
    const reporter = createCleanupReporter(fleet.client, fleet.keys);
    await reporter.report(status, { report: { runId: "r1" }, sums: null });
    const reader = fleet.read({ pulseMs: 50, reconcileMs: 100 });
    await quietReports(reader, "r1");
    const lists = async () => (await commandCalls(fleet.client)).get("lrange") ?? 0;
    const before = await lists();
    const { refreshes } = reader.stats();
    await reporter.status({ ...status, nextRunAtMs: 9 });
    await waitFor(() => reader.current().targets[0]?.nextRunAtMs === 9 && reader.stats().refreshes > refreshes + 3);
    expect(await lists()).toBe(before);
    await reporter.report(status, { report: { runId: "r2" }, sums: null });
    await quietReports(reader, "r2");
    expect(await lists()).toBe(before + 1);
    expect(reader.current().targets[0]?.reports.map(({ runId }) => runId)).toEqual(["r2", "r1"]);
  });

  async function quietReports(reader: SnapshotReader, runId: string): Promise<void> {
    await waitFor(() => reader.current().targets[0]?.reports[0]?.runId === runId);
  }

  function sum(calls: ReadonlyMap<string, number>, but: readonly string[]): number {
    return [...calls].filter(([name]) => !but.includes(name)).reduce((total, [, count]) => total + count, 0);
  }
});

describe("an outage", () => {
  it("is noticed within about 4 s, the snapshot stands, and the end of it is noticed too", async () => {
    await fleet.beat(SPECS);
    await fleet.publish("down");
    const reader = fleet.read();
    await quiet(fleet, reader);
    await server.kill9();
    await waitFor(() => !reader.current().storeReachable, { timeoutMs: 4_500, what: "the outage to be noticed" });
    expect(servedState(reader)).toBe("down");
    expect(verdictOf(reader)).toBe("fail");
    await server.restart();
    await waitFor(() => reader.current().storeReachable, { timeoutMs: 3_000, what: "the return to be noticed" });
    await fleetIsBack();
    await fleet.publish("up");
    await waitFor(() => verdictOf(reader) === "pass", { timeoutMs: 5_000 });
    expect(said("store unreachable")).toBe(1);
    expect(said("store reachable")).toBe(2);
  });

  it("in which connections stay open and nothing answers is noticed as well", async () => {
    await fleet.beat(SPECS);
    await fleet.publish("up");
    const reader = fleet.read();
    await quiet(fleet, reader);
    server.pause();
    await waitFor(() => !reader.current().storeReachable, { timeoutMs: 5_500, what: "the silence to be noticed" });
    expect(servedState(reader)).toBe("up");
    server.resume();
    await waitFor(() => reader.current().storeReachable, { timeoutMs: 5_000, what: "the return to be noticed" });
    await fleetIsBack();
    await fleet.publish("down");
    await waitFor(() => verdictOf(reader) === "fail", { timeoutMs: 5_000 });
  });

  it("from before the start is said once, and ends by itself", async () => {
    await server.kill9();
    const reader = fleet.read();
    await waitFor(() => said("store unreachable") > 0, { timeoutMs: 5_000 });
    expect(reader.current()).toMatchObject({ loaded: false, storeReachable: false });
    await server.restart();
    await waitFor(() => reader.current().loaded, { timeoutMs: 3_000, what: "the first read" });
    expect(reader.current().storeReachable).toBe(true);
    expect(said("store unreachable")).toBe(1);
  });

  it("keeps the time going", async () => {
    const reader = fleet.read();
    await quiet(fleet, reader);
    await server.kill9();
    const before = reader.nowMs();
    await waitFor(() => reader.nowMs() > before + 100, { timeoutMs: 1_000 });
  });
});

describe("lost data", () => {
  it.each([
    ["FLUSHALL", async () => void (await fleet.client.flushall())],
    ["a restart without data", () => server.restart({ keepData: false })],
  ])(
    "by %s never turns a failure into a pass: the last known checks stand until a worker is back",
    async (_name, lose) => {
      await fleet.beat(SPECS);
      const { fence } = await fleet.publish("down");
      const reader = fleet.read({ reconcileMs: 300, pulseMs: 100 });
      await quiet(fleet, reader);
      await lose();
      await waitFor(() => said("store has lost its data: the last known checks stand") > 0, { timeoutMs: 5_000 });
      const { refreshes } = reader.stats();
      await waitFor(() => reader.stats().refreshes > refreshes + 2);
      expect(verdictOf(reader)).toBe("fail");
      expect(said("store has lost its data: the last known checks stand")).toBe(1);

      await fleetIsBack();
      expect((await fleet.beat(SPECS)).role).toBe("installed");
      await waitFor(() => servedState(reader) === "none", { timeoutMs: 5_000, what: "the worker's definitions" });
      expect(verdictOf(reader)).toBe("warn");
      const run = await begin(fleet.store);
      expect(BigInt(run.fence)).toBeGreaterThan(BigInt(fence));
      expect(await fleet.store.publish(publicationOf({ fence, previous: null }, "down"))).toBe("superseded");
      await fleet.store.publish(publicationOf(run, "up"));
      await waitFor(() => verdictOf(reader) === "pass", { timeoutMs: 5_000 });
    },
  );

  it("and a clock that went back do not make the reader deaf", async () => {
    await fleet.beat(SPECS);
    await fleet.publish("up");
    // The store the reader knew was an hour ahead of the one that takes its place.
    const ahead = String((Date.now() + 3_600_000) * 1_000);
    await fleet.client.set(fleet.keys.sequence, ahead);
    await fleet.publish("up");
    const reader = fleet.read({ pulseMs: 100 });
    await quiet(fleet, reader);
    await fleet.client.flushall();
    await fleet.beat(SPECS);
    await fleet.publish("down");
    await waitFor(() => verdictOf(reader) === "fail", { timeoutMs: 5_000, what: "the new store's results" });
    await fleet.publish("degraded");
    await waitFor(() => verdictOf(reader) === "warn", { timeoutMs: 1_000, what: "the new store's messages" });
  });
});
