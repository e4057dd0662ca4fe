import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { type RedisServer, startRedisServer } from "../../../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { type DirectedFleet, openDirectedFleet } from "../../../worker/test/directed-fleet.ts";
import { scratchDirectory, stopWorker } from "../../../worker/test/worker-process.ts";
import { stopApi } from "../api-process.ts";
import { startApi, untilReady } from "../probing.ts";
import { type Haproxy, haproxyProgram, startHaproxy } from "./haproxy.ts";
import { startSteadyLoad } from "./steady-load.ts";

const root = scratchDirectory();
const QUICK = { every: "1s", timeout: "500ms", critical: true, failureThreshold: 1, successThreshold: 1 } as const;
const HOSTS = ["host-1", "host-2"] as const;

let redis: RedisServer;
let fleet: DirectedFleet;
let ports: readonly number[];
let haproxy: Haproxy;
const apis = new Map<string, SpawnedApp>();
const workers: SpawnedApp[] = [];

beforeEach((context) => context.skip(haproxyProgram === undefined, "HAProxy is not installed"));

beforeAll(async () => {
  if (haproxyProgram === undefined) return;
  redis = await startRedisServer();
  fleet = openDirectedFleet(root, redis.url, [
    { ...QUICK, name: "database", scope: "fleet" },
    { ...QUICK, name: "disk", scope: "host" },
  ]);
  ports = [await freePort(), await freePort()];
  for (const host of HOSTS) {
    workers.push(fleet.start(host));
    await startInstance(host);
  }
  haproxy = await startHaproxy(haproxyProgram, ports, root);
  await untilInService([true, true]);
});

afterAll(async () => {
  if (haproxyProgram === undefined) return;
  await haproxy.tool.stop();
  await Promise.all([...[...apis.values()].map(stopApi), ...workers.map(stopWorker)]);
  fleet.close();
  await redis.stop();
});

describe("two instances behind HAProxy", () => {
  it("lose no request while both are stopped and started again, one after the other", async () => {
    const load = startSteadyLoad(`${haproxy.url}/health`, 8);
    for (const [index, host] of HOSTS.entries()) {
      await stopInstance(host);
      await untilInService(HOSTS.map((_, other) => other !== index));
      await startInstance(host);
      await untilInService([true, true]);
    }
    await load.stop();
    expect([...load.answers.keys()]).toEqual(["200"]);
    expect(load.answers.get("200")).toBeGreaterThan(500);
  }, 60_000);

  it("are taken out exactly where a critical check of one machine fails", async () => {
    fleet.direct("disk@host-1", "fail");
    await untilInService([false, true]);
    fleet.direct("disk@host-1", "pass");
    await untilInService([true, true]);
  });

  it("are both taken out when the whole fleet's critical check fails, and come back with it", async () => {
    fleet.direct("database", "fail");
    await untilInService([false, false]);
    fleet.direct("database", "pass");
    await untilInService([true, true]);
  });
});

async function startInstance(host: (typeof HOSTS)[number]): Promise<void> {
  const port = String(ports[HOSTS.indexOf(host)]);
  // HAProxy, asking every 200 ms, has taken an instance out after three failures.
  const env = { PORT: port, HOST_ID: host, DRAIN_DELAY: "2s", SHUTDOWN_TIMEOUT: "10s" };
  const api = startApi(fleet, redis.url, env);
  apis.set(host, api);
  await untilReady(api, (answer) => answer.verdict === "pass", { what: `${host} to be ready`, timeoutMs: 20_000 });
}

async function stopInstance(host: string): Promise<void> {
  const api = apis.get(host);
  if (api === undefined) throw new Error(`${host} is not running`);
  api.child.kill("SIGTERM");
  expect(await api.exit).toEqual({ code: 0, signal: null });
}

async function untilInService(expected: readonly boolean[]): Promise<void> {
  await waitFor(
    async () => {
      const states = await Promise.all(HOSTS.map((_, index) => haproxy.status("api", `api${index + 1}`)));
      return states.every((state, index) => state.startsWith("UP") === expected[index]);
    },
    { timeoutMs: 15_000, what: `HAProxy to have ${expected.join(", ")} in service` },
  );
}
