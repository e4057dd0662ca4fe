import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCleanupClient } from "@caretaker/worker/request-cleanup";
import { Queue, QueueEvents } from "bullmq";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { spawnApi, stopApi, urlOf } from "../../apps/api/test/api-process.ts";
import { documentOf, runCli } from "../../apps/cli/test/cli-process.ts";
import { makeSession } from "../../packages/retention/src/test-support.test.fixture.ts";
import { type RedisServer, startRedisServer } from "../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../scripts/testing/wait-for.ts";
import { addressOf, spawnExample, stopExample } from "./spawn-example.ts";

const scratch = mkdtempSync(join(realpathSync(tmpdir()), "caretaker-examples-"));
const recordings = join(scratch, "recordings");
let redis: RedisServer;
let worker: SpawnedApp;

beforeAll(async () => {
  mkdirSync(recordings);
  redis = await startRedisServer();
  worker = spawnExample("worker-in-bullmq", {
    REDIS_URL: redis.url,
    DB_PATH: join(scratch, "caretaker.db"),
    RECORDINGS_DIR: recordings,
    KEEP_LAST: "1",
  });
  await worker.waitForLog((line) => line.includes("worker started"));
});

afterAll(async () => {
  const code = await stopExample(worker);
  await redis.stop();
  rmSync(scratch, { recursive: true, force: true });
  expect(code).toBe(0);
});

/** A queue of the example's, as whoever puts jobs into it has it. */
async function jobsOf(name: string) {
  const connection = { url: redis.url };
  const queue = new Queue(name, { connection });
  // From the beginning: it says that it is ready before it listens, and what a quick job says in between would be lost.
  const events = new QueueEvents(name, { connection, lastEventId: "0-0" });
  onTestFinished(async () => {
    await Promise.all([queue.close(), events.close()]);
  });
  await events.waitUntilReady();
  return { run: async (data: object) => (await queue.add("job", data)).waitUntilFinished(events, 20_000) };
}

describe.each([
  ["express-5", ""],
  ["express-4", "/internal"],
])("examples/src/%s.ts", (name, prefix) => {
  it("answers its probes from what the worker published, and its own routes", async () => {
    const app = spawnExample(name, { REDIS_URL: redis.url });
    const url = await addressOf(app);
    const checks = await waitFor(
      async () => {
        const response = await fetch(`${url}${prefix}/health/ready`);
        const body = (await response.json()) as { checks?: Record<string, unknown> };
        return response.status === 200 && body.checks?.["transcode:state"] ? body.checks : null;
      },
      { what: "a readiness that tells of the worker's checks" },
    );
    expect(Object.keys(checks)).toEqual(expect.arrayContaining(["redis:state", "retention-recordings:state"]));
    expect((await fetch(`${url}${prefix}/health`)).status).toBe(200);
    expect(await (await fetch(`${url}/`)).text()).toBe("hello");
    expect(await stopExample(app)).toBe(0);
  });
});

describe("examples/src/worker-in-bullmq.ts", () => {
  it("goes on with the jobs of its own queue", async () => {
    const transcode = await jobsOf("transcode");
    expect(await transcode.run({ file: "a.raw" })).toBe("transcoded a.raw");
  });
});

describe("examples/src/record-session.ts and request-cleanup.ts", () => {
  it("leave the session that was just recorded, and delete the old ones, once uploads have ended", async () => {
    for (const day of [1, 2, 3]) makeSession(recordings, "old", day);
    const recorder = spawnExample("record-session", { RECORDINGS_DIR: recordings });
    expect((await recorder.exit).code).toBe(0);
    const recorded = recorder.stdoutLines
      .find((line) => line.startsWith("recorded "))
      ?.split("/")
      .at(-1);

    const service = spawnExample("request-cleanup", { REDIS_URL: redis.url });
    const uploaded = await jobsOf("uploaded");
    const runIds = await Promise.all(["a", "b", "c"].map((id) => uploaded.run({ id })));
    expect(new Set(runIds).size).toBe(1);
    const cleanup = createCleanupClient({ redis: redis.url });
    onTestFinished(() => cleanup.close());
    await waitFor(async () => (await cleanup.runState("recordings", String(runIds[0]))) === "completed", {
      what: "the run that was asked for",
    });
    expect(readdirSync(recordings).filter((name) => !name.startsWith("."))).toEqual([recorded]);
    expect(await stopExample(service)).toBe(0);
  });
});

describe("examples/src/own-dashboard.ts", () => {
  it("shows the checks, and nothing old once the API is gone", async () => {
    const api = spawnApi({ REDIS_URL: redis.url });
    const dashboard = spawnExample("own-dashboard", { CARETAKER_URL: await urlOf(api) });
    const url = await addressOf(dashboard);
    const shows = (text: string) =>
      waitFor(async () => (await (await fetch(url)).text()).includes(text), { what: `a page with ${text}` });
    await shows("<td>transcode</td><td>up</td><td>pass</td>");
    await stopApi(api);
    await shows("no answer from");
    expect(await stopExample(dashboard)).toBe(0);
  });
});

describe("examples/src/custom-check", () => {
  it.each([
    ["7", "pass", 0],
    ["1000", "fail", 1],
  ])("judges an answer of %s as %s", async (depth, status, code) => {
    const server = createServer((_request, response) => response.end(depth)).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await waitFor(() => server.listening);
    const run = await runCli(["check", "--json"], {
      CARETAKER_CONFIG: fileURLToPath(new URL("../src/custom-check/caretaker.config.ts", import.meta.url)),
      INVOICES_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/depth`,
    });
    expect(run.code).toBe(code);
    expect(documentOf(run)).toMatchObject({ verdict: status });
  });
});
