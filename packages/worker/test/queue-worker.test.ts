import { performance } from "node:perf_hooks";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { type RedisServer, startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { openQueue } from "../src/queue/queue.js";
import { type QueueWorker, startQueueWorker } from "../src/queue/queue-worker.js";

let redis: RedisServer;
let admin: Redis;
let worker: QueueWorker;

beforeAll(async () => {
  redis = await startRedisServer({ args: ["--user", "apps", "on", "nopass", "~*", "&*", "+@all"] });
  admin = new Redis(redis.url);
});
afterEach(() => worker.close());
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});

function start(queue: string) {
  const taken: string[] = [];
  const errors: string[] = [];
  worker = startQueueWorker({
    queue,
    prefix: "{consumers}",
    redis: `redis://apps:@127.0.0.1:${redis.port}`,
    concurrency: 2,
    process: async ({ name }) => void taken.push(name),
    onError: ({ message }) => errors.push(message),
    isTaken: () => Promise.resolve(true),
    onConnect: () => undefined,
  });
  const ask = (name: string) => openQueue(queue, admin, { prefix: "{consumers}" }).add(name, {});
  return { taken, errors, ask };
}

async function connections(): Promise<number> {
  const clients = String(await admin.client("LIST"));
  return clients.split("\n").filter((line) => line.includes(" user=apps ")).length;
}

it("takes jobs within 5 s of being let, whose first step was refused for a while, and leaves no connection behind", async () => {
  await admin.call("ACL", "SETUSER", "apps", "-info");
  const { taken, errors, ask } = start("refused");
  await ask("early");
  await waitFor(() => errors.filter((message) => message.includes("NOPERM")).length >= 2, { what: "two new starts" });
  expect(taken).toEqual([]);
  await admin.call("ACL", "SETUSER", "apps", "+info");
  await waitFor(() => taken.length === 1, { timeoutMs: 5_000, what: "the job" });
  // One for commands and one that waits for jobs.
  await waitFor(async () => (await connections()) === 2, { what: "two connections", timeoutMs: 5_000 });
});

it("stays paused through a new start", async () => {
  await admin.call("ACL", "SETUSER", "apps", "-info");
  const { taken, errors, ask } = start("paused");
  worker.pause("test");
  await ask("early");
  await waitFor(() => errors.some((message) => message.includes("NOPERM")), { what: "a refusal" });
  await admin.call("ACL", "SETUSER", "apps", "+info");
  await waitFor(async () => (await connections()) === 2, { what: "two connections", timeoutMs: 5_000 });
  await ask("late");
  expect(taken).toEqual([]);
  worker.resume("test");
  await waitFor(() => taken.length === 2, { timeoutMs: 5_000, what: "both jobs" });
});

it("is started anew where something stays overdue for 10 s and no job is begun", async () => {
  const { taken, errors, ask } = start("stuck");
  const nowMs = performance.now();
  worker.look(true);
  const clock = vi.spyOn(performance, "now").mockReturnValue(nowMs + 11_000);
  worker.look(true);
  clock.mockRestore();
  expect(errors).toEqual(["stuck takes no jobs: started anew, 1 times in a row"]);
  await ask("after");
  await waitFor(() => taken.length === 1, { timeoutMs: 5_000, what: "the job" });
  await waitFor(async () => (await connections()) === 2, { what: "two connections", timeoutMs: 5_000 });
});
