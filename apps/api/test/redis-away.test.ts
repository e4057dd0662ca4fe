import { randomUUID } from "node:crypto";
import { defineCheck, pass } from "@caretaker/health";
import { startWorker } from "@caretaker/worker";
import { expect, it } from "vitest";
import { startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";
import { measuresOf } from "./faults/measures.ts";
import { startProber } from "./faults/prober.ts";

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Answer {
  readonly status: number;
  readonly body: { readonly status: string };
}

async function ask(url: string): Promise<Answer> {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

it("probes go on while Redis is stopped, within 50 ms, and readiness recovers by itself", {
  timeout: 60_000,
}, async () => {
  const redis = await startRedisServer();
  const prefix = `away-${randomUUID().slice(0, 8)}`;
  const checks = [defineCheck({ name: "fine", every: "1s", critical: true, run: () => pass() })];
  const worker = await startWorker({ redis: redis.url, prefix, log: SILENT, checks });
  const api = spawnApi({ REDIS_URL: redis.url, KEY_PREFIX: prefix });
  const url = await urlOf(api);
  await waitFor(async () => (await ask(`${url}/health/ready`)).body.status === "pass", { what: "readiness" });

  // From a process of its own: this one has the worker, which has much to do when its Redis goes and comes.
  const prober = startProber(url, api);
  const sinceMs = Date.now();
  await redis.kill9();
  const ready: Answer[] = [];
  await waitFor(
    async () => {
      const live = await ask(`${url}/health`);
      expect(live.status).toBe(200);
      expect(live.body.status).toBe("pass");
      ready.push(await ask(`${url}/health/ready`));
      return ready.at(-1)?.body.status === "warn";
    },
    { what: "the store being called unreachable" },
  );
  const away = await fetch(`${url}/health/ready/store`);
  expect(await away.text()).toContain("unreachable");
  // By the staleness rules a healthy last state is held: losing Redis is not losing the service.
  expect(ready.map(({ status }) => status).every((status) => status === 200)).toBe(true);

  await redis.restart();
  await waitFor(
    async () => {
      ready.push(await ask(`${url}/health/ready`));
      return ready.at(-1)?.body.status === "pass";
    },
    { timeoutMs: 15_000, what: "recovery" },
  );
  const samples = await prober.since(sinceMs, Date.now());
  expect(samples.filter(({ status }) => status !== 200)).toEqual([]);
  expect(measuresOf({ samples, recoveredMs: 0, waitedMs: 0 }).longestReadiness.ms).toBeLessThan(50);

  await prober.stop();
  await stopApi(api);
  await worker.close();
  await redis.stop();
});

it("a start without Redis answers liveness at once and says starting", async () => {
  const api = spawnApi({ REDIS_URL: "redis://127.0.0.1:1" });
  const url = await urlOf(api);
  expect((await ask(`${url}/health`)).status).toBe(200);
  const ready = await fetch(`${url}/health/ready`);
  expect(ready.status).toBe(503);
  expect(ready.headers.get("retry-after")).not.toBeNull();
  expect((await ask(`${url}/health/startup`)).status).toBe(503);
  await stopApi(api);
});
