import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { fixture, type Note, readNotes, scratchDirectory, spawnWorker, stopWorker } from "./worker-process.ts";

const directory = scratchDirectory();

/** Workers of one fleet that count their runs in one file. */
function fleet(redisUrl: string) {
  const id = randomUUID().slice(0, 8);
  const file = join(directory, `notes-${id}`);
  const prefix = `ticks-${id}`;
  const start = (name: string, hostId = "host-a") =>
    spawnWorker({
      REDIS_URL: redisUrl,
      KEY_PREFIX: prefix,
      HOST_ID: hostId,
      DATA_DIR: join(directory, id, name),
      CARETAKER_CONFIG: fixture("counting.config.mjs"),
      COUNT_FILE: file,
    });
  const starts = (check: string) => readNotes(file).filter((note) => note.check === check && note.what === "start");
  return { start, starts, prefix };
}

function gapsMs(notes: readonly Note[]): number[] {
  return notes.slice(1).map((note, index) => note.atMs - (notes[index]?.atMs ?? 0));
}

const sharedRedis = () => process.env["CARETAKER_TEST_REDIS_URL"] ?? "";

describe("ticks", () => {
  it("run once each for three workers, and once each per host for a host check", { timeout: 60_000 }, async () => {
    const { start, starts } = fleet(sharedRedis());
    const workers = [start("one"), start("two"), start("three", "host-b")];
    await waitFor(() => starts("tick").length >= 2 && starts("local").length >= 4, { what: "the first ticks" });
    const from = Date.now();
    // The one wait here that is no condition: what must not happen in these 20 s is a second run of any tick.
    await delay(20_000);
    const until = Date.now();
    const within = (notes: readonly Note[]) => notes.filter(({ atMs }) => atMs >= from && atMs < until);
    const ticks = within(starts("tick"));
    const local = within(starts("local"));
    await Promise.all(workers.map(stopWorker));
    expect(ticks.length).toBeGreaterThanOrEqual(19);
    expect(ticks.length).toBeLessThanOrEqual(21);
    expect(Math.min(...gapsMs(ticks))).toBeGreaterThan(500);
    expect(local.length).toBeGreaterThanOrEqual(38);
    expect(local.length).toBeLessThanOrEqual(42);
    expect(local.filter(({ pid }) => pid === workers[2]?.child.pid).length).toBeGreaterThanOrEqual(19);
  });

  it("go on at the next tick after a worker is killed in a run", { timeout: 60_000 }, async () => {
    const { start, starts } = fleet(sharedRedis());
    const workers = [start("one"), start("two")];
    const first = await waitFor(() => starts("long")[0], { what: "a long run" });
    const killed = workers.find(({ child }) => child.pid === first.pid);
    const survivor = workers.find(({ child }) => child.pid !== first.pid);
    killed?.child.kill("SIGKILL");
    await killed?.exit;
    const next = await waitFor(() => starts("long").find(({ pid }) => pid !== first.pid), {
      timeoutMs: 5_000,
      what: "the next run, by the other worker",
    });
    expect(next.atMs - first.atMs).toBeLessThan(2_500);
    if (survivor !== undefined) await stopWorker(survivor);
  });

  it("are back within 10 s after FLUSHALL, and so is the snapshot", { timeout: 60_000 }, async () => {
    const redis = await startRedisServer();
    const { start, starts, prefix } = fleet(redis.url);
    const worker = start("one");
    const client = new Redis(redis.url);
    const states = () => client.hkeys(`{${prefix}}:health:states`);
    const all = ["local@host-a", "long", "tick"];
    await waitFor(async () => (await states()).length === all.length, { what: "the first results" });
    const before = starts("tick").length;
    await client.flushall();
    const flushedMs = performance.now();
    await waitFor(async () => (await states()).length === all.length && starts("tick").length > before + 1, {
      timeoutMs: 10_000,
      what: "results after the flush",
    });
    expect((await states()).sort()).toEqual(all);
    expect(await client.hlen(`{${prefix}}:health:registry`)).toBe(3);
    expect(performance.now() - flushedMs).toBeLessThan(10_000);
    client.disconnect();
    await stopWorker(worker);
    await redis.stop();
  });
});
