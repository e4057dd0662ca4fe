import { defineCheck } from "@caretaker/health";
import { describe, expect, it } from "vitest";
import { type RedisServer, startRedisServer } from "../../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { type DirectedFleet, openDirectedFleet } from "../../worker/test/directed-fleet.ts";
import { scratchDirectory, stopWorker } from "../../worker/test/worker-process.ts";
import { stopApi } from "./api-process.ts";
import { askReady, type ReadyAnswer, startApi, untilReady } from "./probing.ts";
import { expectRulesOfAge, holdEndsMs, told } from "./rules-of-age.ts";

const root = scratchDirectory();

const TIMING = {
  every: "1s",
  timeout: "200ms",
  maxHold: "2s",
  critical: true,
  failureThreshold: 1,
  successThreshold: 1,
} as const;
const FINE = defineCheck({ ...TIMING, name: "fine", run: () => undefined });
const BROKEN = defineCheck({ ...TIMING, name: "broken", run: () => undefined });

interface System {
  readonly redis: RedisServer;
  readonly fleet: DirectedFleet;
  readonly api: SpawnedApp;
  worker: SpawnedApp;
}

/** A Redis, a worker and an API of their own: `fine` passes, `broken` fails with the code of a dependency that is down. */
async function startSystem(): Promise<System> {
  const redis = await startRedisServer();
  const fleet = openDirectedFleet(root, redis.url, [
    { ...TIMING, name: "fine" },
    { ...TIMING, name: "broken" },
  ]);
  fleet.direct("broken", "fail");
  const worker = fleet.start();
  const api = startApi(fleet, redis.url);
  const system = { redis, fleet, api, worker };
  await untilHealthy(system);
  return system;
}

/** Dependency down, seen by a living checker, while the store answers: 503 with the dependency's own code. */
async function untilHealthy({ api }: System): Promise<void> {
  const answer = await untilReady(
    api,
    (shown) =>
      told(shown, "fine").freshness === "fresh" &&
      told(shown, "broken").freshness === "fresh" &&
      told(shown, "store").state === "up",
    { what: "fresh results" },
  );
  expect([answer.statusCode, answer.verdict]).toEqual([503, "fail"]);
  expect(told(answer, "fine")).toMatchObject({ state: "up", code: "ok" });
  expect(told(answer, "broken")).toMatchObject({ state: "down", code: "refused" });
  expect((await askReady(api, "?exclude=broken")).verdict).toBe("pass");
}

/** Follows the answers until the evidence is too old to be held, and holds each to the rules of its age. */
async function followDecay({ api }: System, store: object): Promise<void> {
  const answers: ReadyAnswer[] = [];
  const end = await untilReady(
    api,
    (answer) => {
      answers.push(answer);
      return ["fine", "broken"].every((check) => told(answer, check).state === "unknown");
    },
    { what: "the end of the hold", timeoutMs: holdEndsMs(FINE) + 5_000 },
  );
  for (const answer of answers) expectRulesOfBoth(answer);
  const course = answers.map((answer) => `${told(answer, "fine").freshness} ${told(answer, "fine").state}`);
  expect([...new Set(course)]).toEqual(["fresh up", "late up", "stale up", "stale unknown"]);
  expect([end.statusCode, end.verdict]).toEqual([200, "warn"]);
  expect(told(end, "store")).toMatchObject(store);
}

function expectRulesOfBoth(answer: ReadyAnswer): void {
  expectRulesOfAge(answer, FINE, { state: "up", code: "ok" });
  // Decays alike: a dead worker cannot keep a recovered fleet out.
  expectRulesOfAge(answer, BROKEN, { state: "down", code: "refused" });
  const { freshness, status } = told(answer, "fine");
  expect(status).toBe(freshness === "stale" ? "warn" : "pass");
  expect(answer.statusCode).toBe(told(answer, "broken").state === "down" ? 503 : 200);
}

async function kill(worker: SpawnedApp): Promise<void> {
  worker.child.kill("SIGKILL");
  await worker.exit;
}

async function stop({ redis, fleet, api, worker }: System): Promise<void> {
  await Promise.all([stopApi(api), stopWorker(worker)]);
  fleet.close();
  await redis.stop();
}

const REACHABLE = { state: "up", code: "ok" };
const UNREACHABLE = { state: "down", code: "unreachable", status: "warn" };

describe.concurrent("evidence grows late, stale and unknown, and is told apart by code", () => {
  it("checker down: the worker is killed, the store answers; the next worker brings it back", {
    timeout: 60_000,
  }, async () => {
    const system = await startSystem();
    await kill(system.worker);
    await followDecay(system, REACHABLE);
    system.worker = system.fleet.start();
    await untilHealthy(system);
    await stop(system);
  });

  it("store unreachable: Redis is gone, the worker lives; Redis brings it back", { timeout: 60_000 }, async () => {
    const system = await startSystem();
    await system.redis.kill9();
    await followDecay(system, UNREACHABLE);
    await system.redis.restart();
    await untilHealthy(system);
    await stop(system);
  });

  it("both: Redis comes back first and shows the checker still down, then the worker", {
    timeout: 60_000,
  }, async () => {
    const system = await startSystem();
    await Promise.all([kill(system.worker), system.redis.kill9()]);
    await followDecay(system, UNREACHABLE);
    await system.redis.restart();
    const without = await untilReady(system.api, (answer) => told(answer, "store").state === "up", {
      what: "the store",
    });
    expect(told(without, "fine")).toMatchObject({ state: "unknown", code: "stale" });
    expect(without.verdict).toBe("warn");
    system.worker = system.fleet.start();
    await untilHealthy(system);
    await stop(system);
  });
});
