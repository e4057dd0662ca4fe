import { createHook } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { health } from "@caretaker/express";
import { createLifecycle, defineCheck, pass } from "@caretaker/health";
import { createInstanceGuard, startSnapshotReader } from "@caretaker/redis-store";
import { createPastSource } from "@caretaker/status/store";
import { startWorker } from "@caretaker/worker";
import { createCheckClient } from "@caretaker/worker/request-check-run";
import { createCleanupClient } from "@caretaker/worker/request-cleanup";
import { Redis } from "ioredis";
import supertest from "supertest";
import { expect, it } from "vitest";
import { startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { createAccess } from "../src/access.ts";
import { createApp } from "../src/create-app.ts";
import { createStatusEvents } from "../src/events/status-events.ts";
import { createMetricsHandler } from "../src/metrics/create-metrics-handler.ts";
import { createStatusSource } from "../src/status-source.ts";

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Calls of every command so far, without INFO, which asking itself adds. */
async function commandCalls(client: Redis): Promise<Record<string, number>> {
  const lines = (await client.info("commandstats")).split("\r\n");
  const calls = lines.flatMap((line) => {
    const match = /^cmdstat_([^:]+):calls=(\d+)/.exec(line);
    return match === null || match[1] === "info" ? [] : [[match[1], Number(match[2])] as const];
  });
  return Object.fromEntries(calls);
}

it("1,000 probes send no Redis command, run no check and spawn no process", { timeout: 60_000 }, async () => {
  const redis = await startRedisServer();
  const prefix = `cost-${randomUUID().slice(0, 8)}`;
  let runs = 0;
  const run = () => {
    runs += 1;
    return pass();
  };
  const worker = await startWorker({
    redis: redis.url,
    prefix,
    log: SILENT,
    checks: [defineCheck({ name: "counted", every: "1s", critical: true, run })],
  });
  // An hour between polls: whatever command is seen while probing was sent by probing.
  const reader = startSnapshotReader({ redis: redis.url, prefix, log: SILENT, pulseMs: 3_600_000 });
  const cleanup = createCleanupClient({ redis: redis.url, prefix });
  const checks = createCheckClient({ redis: redis.url, prefix });
  const lifecycle = createLifecycle();
  lifecycle.ready();
  const guard = createInstanceGuard({
    redis: redis.url,
    prefix,
    instanceId: "instance-1",
    maxUnavailable: 0.5,
    log: SILENT,
    beatMs: 3_600_000,
  });
  const probes = health({ source: reader, lifecycle, hostId: "host-a", guard });
  guard.watch(() => ({ isReadyOnce: true, isFailing: false, isHeldBack: false }));
  await waitFor(() => guard.status() !== null, { what: "the guard's first count" });
  const access = createAccess({ statusToken: null, adminToken: null, host: "127.0.0.1" });
  const timing = { drainDelayMs: 0, shutdownTimeoutMs: 1_000, maxUnavailable: null, profile: null };
  const describe = createStatusSource({ probes, reader, guard, settings: { hostId: "host-a", ...timing } });
  const app = createApp({
    probes,
    reader,
    past: createPastSource(reader),
    describe,
    events: createStatusEvents({ describe, onChange: reader.onChange }),
    metrics: createMetricsHandler({ describe, stats: reader.stats }),
    queueBoard: null,
    hostId: "host-a",
    cleanup,
    checks,
    access,
    dashboardDir: import.meta.dirname,
    log: SILENT,
  });
  await waitFor(() => reader.current().records.length === 1, { what: "the first result in the snapshot" });
  await worker.close();

  const client = new Redis(redis.url);
  const children: string[] = [];
  const hook = createHook({ init: (_id, type) => type === "PROCESSWRAP" && children.push(type) }).enable();
  // The subscriber's own heartbeat, once a second, is the one command that goes on; it is counted apart.
  const { ping: _before, ...before } = await commandCalls(client);
  const runsBefore = runs;
  const request = supertest(app);
  for (let count = 0; count < 500; count += 1) {
    expect((await request.get("/health")).status).toBe(200);
    expect((await request.get("/health/ready")).status).toBe(200);
  }
  expect((await request.get("/metrics")).status).toBe(200);
  const { ping: _after, ...after } = await commandCalls(client);
  hook.disable();
  expect(runsBefore).toBeGreaterThan(0);
  expect(runs).toBe(runsBefore);
  expect(after).toEqual(before);
  expect(children).toEqual([]);

  reader.stop();
  guard.stop();
  for (const one of [cleanup, checks]) one.close();
  client.disconnect();
  await redis.stop();
});
