import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedisServer } from "../../../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { type DirectedFleet, openDirectedFleet } from "../../../worker/test/directed-fleet.ts";
import { scratchDirectory } from "../../../worker/test/worker-process.ts";
import { startApi, untilReady } from "../probing.ts";
import { apache } from "./apache.ts";
import { blackbox } from "./blackbox.ts";
import type { Client, RunningClient, Verdict } from "./client.ts";
import { commandClients } from "./commands.ts";
import { haproxyClients } from "./haproxy.ts";
import { monit } from "./monit.ts";
import { nginx } from "./nginx.ts";
import { replayedClients } from "./replays.ts";
import { varnish } from "./varnish.ts";

const CLIENTS: readonly Client[] = [
  ...haproxyClients,
  ...[varnish, apache, nginx, monit, blackbox],
  ...commandClients,
  ...replayedClients,
];

/** What the API goes through, in this order, and what every client must come to think of it. */
const STATES = {
  pass: "up",
  fail: "down",
  "pass again": "up",
  hang: "down",
  "answers again": "up",
  // A checker that died is no reason to take the whole fleet out.
  "stale (no worker)": "up",
  "Redis gone": "up",
  draining: "down",
} as const satisfies Record<string, Verdict>;

type State = keyof typeof STATES;

const root = scratchDirectory();
const seen = new Map<string, { readonly verdict: Verdict; readonly ms: number }>();

interface System {
  readonly redis: RedisServer;
  readonly fleet: DirectedFleet;
  readonly worker: SpawnedApp;
  readonly api: SpawnedApp;
}

const DATABASE = {
  name: "database",
  every: "1s",
  timeout: "500ms",
  critical: true,
  failureThreshold: 1,
  successThreshold: 1,
  maxHold: "1s",
} as const;

let system: System | undefined;
const running: { readonly client: Client; readonly instance: RunningClient }[] = [];

beforeAll(async () => {
  system = await startSystem();
  const port = await system.api.waitForPort();
  await untilVerdict("pass");
  for (const [index, client] of CLIENTS.entries()) {
    if (client.program === undefined) continue;
    const directory = join(root, `client-${index}`);
    mkdirSync(directory, { mode: 0o755 });
    running.push({ client, instance: await client.start(client.program, { port, directory }) });
  }
  for (const state of Object.keys(STATES) as State[]) {
    await enter[state]();
    await Promise.all(running.map(({ client, instance }) => observe({ client, instance, state })));
  }
  printTable();
}, 180_000);

afterAll(async () => {
  await Promise.all(running.map(({ instance }) => instance.stop()));
  if (system === undefined) return;
  const { api, worker, redis, fleet } = system;
  for (const app of [api, worker]) app.child.kill("SIGKILL");
  await Promise.all([api.exit, worker.exit]);
  fleet.close();
  await redis.stop();
});

describe.each(CLIENTS)("$name", (client) => {
  const { name, program } = client;
  const states = (Object.keys(STATES) as State[]).map((state) => [state, expected(client, state)] as const);
  it.skipIf(program === undefined).each(states)("sees what is: %s means %s", (state, verdict) => {
    expect(seen.get(`${name} ${state}`)?.verdict).toBe(verdict);
  });
});

/** A process that hangs is the one thing that liveness tells: restarting it helps against nothing else. */
function expected({ asks }: Client, state: State): Verdict {
  return asks === "liveness" && state !== "hang" ? "up" : STATES[state];
}

async function startSystem(): Promise<System> {
  const redis = await startRedisServer();
  const fleet = openDirectedFleet(root, redis.url, [DATABASE]);
  const worker = fleet.start();
  // Long enough for every client to see it drain.
  const api = startApi(fleet, redis.url, { DRAIN_DELAY: "60s", SHUTDOWN_TIMEOUT: "90s", HEALTH_DETAIL: "full" });
  return { redis, fleet, worker, api };
}

const enter: Readonly<Record<State, () => Promise<unknown>>> = {
  pass: async () => {},
  fail: async () => {
    current().fleet.direct("database", "fail");
    await untilVerdict("fail");
  },
  "pass again": async () => {
    current().fleet.direct("database", "pass");
    await untilVerdict("pass");
  },
  hang: async () => current().api.child.kill("SIGSTOP"),
  "answers again": async () => current().api.child.kill("SIGCONT"),
  "stale (no worker)": async () => {
    current().worker.child.kill("SIGKILL");
    await untilVerdict("warn");
  },
  "Redis gone": async () => current().redis.kill9(),
  draining: async () => current().api.child.kill("SIGTERM"),
};

function current(): System {
  if (system === undefined) throw new Error("the system has not been started");
  return system;
}

function untilVerdict(verdict: string) {
  return untilReady(current().api, (answer) => answer.verdict === verdict, { what: verdict, timeoutMs: 20_000 });
}

interface Observation {
  readonly client: Client;
  readonly instance: RunningClient;
  readonly state: State;
}

/** Waits until a client thinks what it must, and then holds it to it for a while; notes what it thinks and when it did. */
async function observe({ client, instance, state }: Observation): Promise<void> {
  const begunMs = performance.now();
  let verdict: Verdict | undefined;
  await waitFor(
    async () => {
      verdict = await instance.verdict();
      return verdict === expected(client, state);
    },
    { timeoutMs: 15_000 },
  ).catch(() => undefined);
  const ms = Math.round(performance.now() - begunMs);
  // A state in which nothing must happen shows only in time: several rounds of every client's own rhythm.
  const untilMs = performance.now() + 2_000;
  while (verdict === expected(client, state) && performance.now() < untilMs) verdict = await instance.verdict();
  seen.set(`${client.name} ${state}`, { verdict: verdict ?? "down", ms });
}

function printTable(): void {
  const states = Object.keys(STATES);
  const rows = running.map(({ client }) => [
    client.name,
    ...states.map((state) => {
      const { verdict, ms } = seen.get(`${client.name} ${state}`) ?? { verdict: "-", ms: 0 };
      return `${verdict} ${ms} ms`;
    }),
  ]);
  const table = [["client", ...states], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  console.log(table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n"));
}
