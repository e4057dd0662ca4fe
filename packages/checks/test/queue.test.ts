import { randomUUID } from "node:crypto";
import type { CheckDefinition } from "@caretaker/health";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RedisServer, startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type QueueOptions, queue } from "../src/queue.js";
import { lookAtQueue } from "../src/queue-look.js";
import { runAlone } from "./run-alone.ts";

const sharedUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const closing: (() => unknown)[] = [];
let prefix: string;

beforeEach((context) => {
  context.skip(sharedUrl === "", "no Redis was found");
  prefix = `caretaker-test-${randomUUID()}`;
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function run(check: CheckDefinition) {
  return check.run({ signal: AbortSignal.timeout(5_000) });
}

function checkOf(options: Partial<QueueOptions> = {}): CheckDefinition {
  return queue("emails", { url: sharedUrl, prefix, ...options });
}

function connected(url = sharedUrl): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: null });
  closing.push(() => client.disconnect());
  return client;
}

function producer(): Queue {
  const emails = new Queue("emails", { connection: connected(), prefix });
  closing.push(
    () => emails.close(),
    () => emails.obliterate({ force: true }),
  );
  return emails;
}

async function consumer({ name }: { name?: string } = {}): Promise<Worker> {
  const worker = new Worker("emails", async () => {}, {
    connection: connected(),
    prefix,
    autorun: false,
    ...(name === undefined ? {} : { name }),
  });
  worker.on("error", () => {});
  closing.push(() => worker.close(true));
  void worker.run();
  await worker.waitUntilReady();
  return worker;
}

async function ownServer(...args: Parameters<typeof startRedisServer>): Promise<RedisServer> {
  const server = await startRedisServer(...args);
  closing.push(() => server.stop());
  return server;
}

async function clientsOf(url: string): Promise<string[]> {
  const client = new Redis(url);
  const list = String(await client.client("LIST"))
    .trim()
    .split("\n");
  const id = await client.client("ID");
  await client.quit();
  return list.filter((line) => !line.startsWith(`id=${id} `));
}

const consuming = { needsConsumer: false } as const;

describe("queue", () => {
  it("says unreachable while nobody takes the jobs, and passes once somebody does", async () => {
    const check = checkOf();
    await producer().add("welcome", {});
    expect(await run(check)).toMatchObject({
      status: "fail",
      code: "unreachable",
      measures: { consumers: { value: 0, unit: "" }, waiting: { value: 1, unit: "" } },
    });
    const worker = await consumer();
    await waitFor(async () => (await run(check))?.status === "pass", { what: "a pass" });
    expect(await run(check)).toMatchObject({ code: "ok", measures: { consumers: { value: 1 } } });
    await worker.close();
    await waitFor(async () => (await run(check))?.code === "unreachable", { what: "unreachable" });
  });

  it("knows a worker that has a name, and none of another queue or prefix", async () => {
    await consumer({ name: "mailer" });
    await waitFor(async () => (await run(checkOf()))?.status === "pass", { what: "a pass" });
    for (const [name, options] of [
      ["email", {}],
      ["emails", { prefix: `${prefix}x` }],
    ] as const) {
      expect(await run(queue(name, { url: sharedUrl, prefix, ...options }))).toMatchObject({ code: "unreachable" });
    }
  });

  it("passes for a queue nobody has used, where no consumer is needed, and writes nothing", async () => {
    expect(await run(checkOf(consuming))).toMatchObject({
      status: "pass",
      measures: {
        waiting: { value: 0, unit: "" },
        oldestWaitingMs: { value: 0, unit: "ms" },
        consumers: { value: 0, unit: "" },
        active: { value: 0, unit: "" },
        delayed: { value: 0, unit: "" },
      },
    });
    expect(await connected().keys(`${prefix}*`)).toEqual([]);
  });

  it.each([
    [3, 5, "pass", "ok"],
    [2, 5, "warn", "threshold"],
    [1, 2, "fail", "threshold"],
  ])(
    "with 3 jobs waiting and marks at %d and %d it is a %s",
    async (warnWaitingAbove, failWaitingAbove, status, code) => {
      await producer().addBulk([
        { name: "a", data: {} },
        { name: "b", data: {}, opts: { priority: 5 } },
        { name: "c", data: {} },
        { name: "later", data: {}, opts: { delay: 3_600_000 } },
      ]);
      expect(await run(checkOf({ ...consuming, warnWaitingAbove, failWaitingAbove }))).toMatchObject({
        status,
        code,
        measures: { waiting: { value: 3 }, delayed: { value: 1 } },
      });
    },
  );

  it.each([
    ["in order", {}],
    ["by priority", { priority: 3 }],
  ])("tells how long the first job has waited %s, from when it was due", async (_title, opts) => {
    const emails = producer();
    const dueMs = Date.now() - 600_000;
    await emails.add("first", {}, { ...opts, timestamp: dueMs });
    await emails.add("second", {}, { ...opts, timestamp: dueMs + 500_000 });
    const result = await run(checkOf(consuming));
    expect(result).toMatchObject({ status: "warn", code: "threshold" });
    const oldestWaitingMs = result?.measures?.["oldestWaitingMs"]?.value ?? 0;
    expect(oldestWaitingMs).toBeGreaterThanOrEqual(600_000);
    expect(oldestWaitingMs).toBeLessThan(660_000);
    expect(await run(checkOf({ ...consuming, failOlderThan: "9m" }))).toMatchObject({
      status: "fail",
      code: "threshold",
    });
    expect(await run(checkOf({ ...consuming, warnOlderThan: "20m" }))).toMatchObject({ status: "pass" });
  });

  it("does not count the time for which a job was held back", async () => {
    const emails = producer();
    const options = { timestamp: Date.now() - 600_000, delay: 500_000 };
    const job = await emails.add("later", {}, options);
    await job.promote();
    const oldestWaitingMs = (await run(checkOf(consuming)))?.measures?.["oldestWaitingMs"]?.value ?? 0;
    expect(oldestWaitingMs).toBeGreaterThanOrEqual(100_000);
    expect(oldestWaitingMs).toBeLessThan(160_000);
  });

  it("leaves no listener on its connection", async () => {
    const client = connected();
    await client.ping();
    const listeners = () => client.eventNames().map((event) => [event, client.listenerCount(event)]);
    await lookAtQueue(client, { queueName: "emails", prefix });
    const before = listeners();
    await lookAtQueue(client, { queueName: "emails", prefix });
    expect(listeners()).toEqual(before);
  });

  it("counts the jobs of a queue that is paused as waiting", async () => {
    const emails = producer();
    await emails.pause();
    await emails.add("held", {});
    expect(await run(checkOf(consuming))).toMatchObject({ measures: { waiting: { value: 1 } } });
  });

  it("keeps one connection over many runs, none that blocks, and piles up no listeners", async () => {
    const server = await ownServer();
    const check = checkOf({ ...consuming, url: server.url });
    // A process warning, as for more than ten listeners, fails the suite.
    for (let count = 0; count < 30; count += 1) expect(await run(check)).toMatchObject({ status: "pass" });
    const clients = await clientsOf(server.url);
    expect(clients).toHaveLength(1);
    expect(clients[0]).not.toMatch(/cmd=bz?[lr]?pop|flags=b/);
  });

  it("does not keep a process alive that has nothing left to do", async () => {
    const args = ["queue", "emails", { url: sharedUrl, prefix, ...consuming }] as const;
    expect(await runAlone(...args)).toEqual({ status: "pass", code: "ok" });
  });

  it("says refused while Redis is down, and recovers with it", async () => {
    const server = await ownServer();
    const check = checkOf({ ...consuming, url: server.url });
    expect(await run(check)).toMatchObject({ status: "pass" });
    await server.kill9();
    await waitFor(async () => (await run(check))?.code === "refused", { what: "refused" });
    await server.restart();
    expect(await run(check)).toMatchObject({ status: "pass" });
    expect(await clientsOf(server.url)).toHaveLength(1);
  });

  it("ends at once when it is aborted while Redis is silent, and recovers with it", async () => {
    const server = await ownServer();
    const check = checkOf({ ...consuming, url: server.url });
    expect(await run(check)).toMatchObject({ status: "pass" });
    server.pause();
    const startedMs = performance.now();
    expect(await check.run({ signal: AbortSignal.timeout(100) })).toMatchObject({ status: "fail", code: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(400);
    server.resume();
    expect(await run(check)).toMatchObject({ status: "pass" });
    await waitFor(async () => (await clientsOf(server.url)).length === 1, { what: "the old connection to be gone" });
  });

  it("says unauthorized for a wrong password, and permission where clients may not be listed", async () => {
    const server = await ownServer({ password: "right" });
    const host = `127.0.0.1:${server.port}`;
    const wrong = checkOf({ ...consuming, url: `redis://:wrong@${host}` });
    expect(await run(wrong)).toMatchObject({ status: "fail", code: "unauthorized" });
    const admin = connected(server.url);
    await admin.call("ACL", "SETUSER", "reader", "on", ">p", "~*", "+@all", "-client|list");
    const reader = checkOf({ ...consuming, url: `redis://reader:p@${host}` });
    expect(await run(reader)).toMatchObject({ status: "fail", code: "permission" });
  });
});
