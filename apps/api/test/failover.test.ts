import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type SnapshotReader, startSnapshotReader } from "@caretaker/redis-store";
import { readSettings, redisTargetOf, workerSettings } from "@caretaker/service";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { RedisServer } from "../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { documentOf, runCli } from "../../cli/test/cli-process.ts";
import { type DirectedFleet, openDirectedFleet } from "../../worker/test/directed-fleet.ts";
import { scratchDirectory, stopWorker } from "../../worker/test/worker-process.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";
import { startCluster } from "./topologies/cluster.ts";
import { startSentinels } from "./topologies/sentinel.ts";
import { writeTlsFiles } from "./topologies/tls.ts";
import type { Topology } from "./topologies/topology.ts";

const ADMIN_TOKEN = "an-admin-token-for-tests";
const CHECK = {
  name: "database",
  every: "1s",
  timeout: "500ms",
  critical: true,
  failureThreshold: 1,
  successThreshold: 1,
} as const;

/** Counted from the election; the apps notice a silent server within three seconds and greet the next one within three. */
const RECOVERY_MS = 20_000;

const root = scratchDirectory();
const redisServer = process.env["CARETAKER_REDIS_SERVER"];

const tls = writeTlsFiles(join(root, "tls"));

const HANGS = {
  what: "hangs",
  end: async (master: RedisServer) => master.pause(),
  bringBack: async (master: RedisServer) => master.resume(),
};
const IS_KILLED = {
  what: "is killed",
  end: (master: RedisServer) => master.kill9(),
  bringBack: (master: RedisServer) => master.restart(),
};

// A killed server resets its connections whatever they speak; one that hangs has to be noticed through TLS too.
const TOPOLOGIES = [
  ["Sentinel", [HANGS, IS_KILLED], (prefix: string) => startSentinels(join(root, prefix), null)],
  ["Cluster", [HANGS, IS_KILLED], (prefix: string) => startCluster(prefix, null)],
  ["Sentinel over TLS", [HANGS], (prefix: string) => startSentinels(join(root, prefix), tls)],
  ["Cluster over TLS", [HANGS], (prefix: string) => startCluster(prefix, tls)],
] as const;

const systems = new Map<string, System>();
const started: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  if (redisServer === undefined) return;
  for (const [name, , start] of TOPOLOGIES) systems.set(name, await startSystem(start));
}, 180_000);

afterAll(async () => {
  for (const stop of started.reverse()) await stop();
});

// All at once, since most of their time is waiting for an election.
describe.skipIf(redisServer === undefined).concurrent.each(TOPOLOGIES)("behind %s", (name, failovers) => {
  it("checks are told, cleanups done and the command answered, at first and after each failover", async ({
    expect,
  }) => {
    const system = systems.get(name) as System;
    const { topology, reader } = system;
    await runThrough(system);
    for (const { what, end, bringBack } of failovers) {
      const master = await topology.master();
      const { messages } = reader.stats();
      await end(master);
      const begunMs = performance.now();
      await waitFor(async () => (await topology.master()) !== master, { timeoutMs: 20_000, what: "a failover" });
      const electedMs = performance.now();
      await runThrough(system);
      await waitFor(() => reader.stats().messages > messages, { what: "a message of the new master" });
      const [elected, done] = [electedMs - begunMs, performance.now() - electedMs].map(Math.round);
      console.log(`${name}, the master ${what}: another elected after ${elected} ms, all done ${done} ms later`);
      await bringBack(master);
      await topology.untilWhole();
    }
    expect(await system.liveness.stop()).toEqual([]);
  }, 180_000);
});

interface System {
  readonly topology: Topology;
  readonly fleet: DirectedFleet;
  readonly env: Record<string, string>;
  readonly url: string;
  /** Reads as an API does, in this process. */
  readonly reader: SnapshotReader;
  readonly liveness: ReturnType<typeof watchLiveness>;
}

async function startSystem(start: (prefix: string) => Promise<Topology>): Promise<System> {
  // The fleet's own connection is for looking into a single server; here nobody uses it.
  const fleet = openDirectedFleet(root, process.env["CARETAKER_TEST_REDIS_URL"] ?? "", [CHECK]);
  started.push(async () => fleet.close());
  const topology = await start(fleet.prefix);
  started.push(() => topology.stop());
  const sessions = join(root, `sessions-${fleet.prefix}`);
  mkdirSync(sessions);
  const env = { ...topology.env, KEY_PREFIX: fleet.prefix, HOST_ID: "host-a" };
  const worker = fleet.start("host-a", { ...env, SESSIONS_ROOT: sessions });
  started.push(() => stopWorker(worker));
  const api = spawnApi({ ...env, ADMIN_TOKEN });
  started.push(() => stopApi(api));
  const url = await urlOf(api);
  const redis = redisTargetOf(readSettings(workerSettings, env));
  const reader = startSnapshotReader({ redis, prefix: fleet.prefix, log: { info: () => {}, warn: () => {} } });
  const liveness = watchLiveness(url);
  started.push(async () => reader.stop(), liveness.stop);
  return { fleet, env, url, topology, reader, liveness };
}

/** A check fails and passes, a cleanup is asked for and done, and the command reads the store. */
async function runThrough({ fleet, url, env }: System): Promise<void> {
  fleet.direct(CHECK.name, "fail");
  await untilReadiness(url, 503);
  fleet.direct(CHECK.name, "pass");
  await untilReadiness(url, 200);
  const runId = await waitFor(() => askForCleanup(url), { timeoutMs: RECOVERY_MS, what: "an accepted cleanup" });
  const runs = `${url}/retention/small/runs/${runId}`;
  await waitFor(async () => ((await (await fetch(runs)).json()) as { state: string }).state === "completed", {
    what: "the cleanup to be done",
  });
  const tellsPass = async () => {
    const status = await runCli(["status", "--json"], env);
    return status.code === 0 && documentOf(status)["verdict"] === "pass";
  };
  await waitFor(tellsPass, { timeoutMs: RECOVERY_MS, what: "`caretaker status` to tell a pass" });
}

async function untilReadiness(url: string, status: number): Promise<void> {
  const ask = async () => (await fetch(`${url}/health/ready`)).status === status;
  await waitFor(ask, { timeoutMs: RECOVERY_MS, what: `readiness to answer ${status}` });
}

async function askForCleanup(url: string): Promise<string | null> {
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, "Content-Type": "application/json" };
  const answer = await fetch(`${url}/retention/small/runs`, { method: "POST", headers, body: '{"dryRun":true}' });
  return answer.status === 202 ? ((await answer.json()) as { runId: string }).runId : null;
}

/** Asks for liveness all the time; `stop` gives what was wrong. */
function watchLiveness(url: string) {
  const problems: string[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) }).then(
        ({ status }) => status,
        (error: Error) => error.message,
      );
      if (answer !== 200) problems.push(String(answer));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching;
      return problems;
    },
  };
}
