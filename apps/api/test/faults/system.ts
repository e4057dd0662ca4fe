import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CheckSpec, defineCheck } from "@caretaker/health";
import { askRedis } from "../../../../scripts/redis/ask-redis.mjs";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { type RedisServer, startRedisServer } from "../../../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../../../scripts/testing/spawn-app.ts";
import { startTcpProxy, type TcpProxy } from "../../../../scripts/testing/tcp-proxy.ts";
import { type DirectedCheck, type DirectedFleet, openDirectedFleet } from "../../../worker/test/directed-fleet.ts";
import { recordSession } from "../../../worker/test/record-sessions.ts";
import { stopWorker } from "../../../worker/test/worker-process.ts";
import { stopApi } from "../api-process.ts";
import { startApi } from "../probing.ts";
import { type Prober, startProber } from "./prober.ts";

export const PASSWORD = "the-right-one";
const ADMIN = "an-admin-of-the-test";
const ADMIN_TOKEN = "an-admin-token-for-tests";
const TELL_MEMORY = pathToFileURL(join(import.meta.dirname, "fixtures", "tell-memory.mjs")).href;

const TIMING = {
  every: "1s",
  timeout: "200ms",
  maxHold: "2s",
  critical: true,
  failureThreshold: 1,
  successThreshold: 1,
} as const;

/** The checks of every system here, one for the fleet and one for the machine: both always pass. */
const OPTIONS = [
  { ...TIMING, name: "fine" },
  { ...TIMING, name: "local", scope: "host" },
] as const;

/** Their settings, for the rules of age. */
export const SPECS: readonly CheckSpec[] = OPTIONS.map((options) => defineCheck({ ...options, run: () => undefined }));

/** A Redis, a worker, an API, a line between them that can be spoiled, and somebody who asks all the time. */
export interface System {
  readonly redis: RedisServer;
  readonly line: TcpProxy;
  readonly fleet: DirectedFleet;
  readonly prober: Prober;
  readonly url: string;
  readonly dataDir: string;
  /** The ones that run now, and all there were: a fault may end one. */
  readonly api: SpawnedApp;
  readonly worker: SpawnedApp;
  readonly all: readonly SpawnedApp[];
  /** Commands of somebody whom no password or rule of the apps' user concerns, past the line. */
  admin(...commands: readonly (readonly string[])[]): Promise<void>;
  /** Resolve when it runs: how long its code takes to load is no matter of the fault. */
  restartApi(): Promise<void>;
  restartWorker(): Promise<void>;
  /** Asks for a cleanup over HTTP; the id of the run if it was accepted. */
  requestCleanup(): Promise<string | null>;
  /** What the queue says of a run. */
  describeRun(runId: string): Promise<string>;
  /** Records one more session that the next cleanup deletes. */
  record(): Promise<void>;
  stop(): Promise<void>;
}

/** How to start one. */
export interface SystemOptions {
  readonly redisArgs?: readonly string[];
  /** The worker's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Checks besides those that always pass, for nobody's verdict. */
  readonly checks?: readonly DirectedCheck[];
}

/** Starts one; it is not yet well when this resolves. */
export async function startSystem(
  root: string,
  { redisArgs = [], env = {}, checks = [] }: SystemOptions = {},
): Promise<System> {
  const user = ["--user", "admin", "on", `>${ADMIN}`, "~*", "&*", "+@all"];
  const redis = await startRedisServer({ password: PASSWORD, args: [...user, ...redisArgs] });
  const line = await startTcpProxy(redis.port);
  const fleet = openDirectedFleet(root, redis.url, [...OPTIONS, ...checks]);
  const proxied = `redis://:${PASSWORD}@127.0.0.1:${line.port}`;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const dataDir = env["DATA_DIR"] ?? join(fleet.directory, "data");
  const sessions = join(fleet.directory, "sessions");
  mkdirSync(sessions);
  const common = { REDIS_URL: proxied, NODE_OPTIONS: `--import=${TELL_MEMORY}` };
  const openApi = () => startApi(fleet, proxied, { ...common, PORT: String(port), ADMIN_TOKEN });
  const openWorker = () => fleet.start("host-a", { ...common, DATA_DIR: dataDir, SESSIONS_ROOT: sessions, ...env });
  let api = openApi();
  let worker = openWorker();
  const all = [api, worker];
  // A process that loads its code beside a dozen others may take longer than the helper allows.
  const patient = { timeoutMs: 60_000 };
  const whenStarted = () => worker.waitForLog((text) => text.includes('"msg":"worker started"'), patient);
  const prober = await api.waitForPort().then(() => startProber(url, api));
  await whenStarted();
  let recorded = 0;
  return {
    redis,
    line,
    fleet,
    prober,
    url,
    dataDir,
    all,
    get api() {
      return api;
    },
    get worker() {
      return worker;
    },
    admin: async (...commands) => {
      const replies = await askRedis(`redis://admin:${ADMIN}@127.0.0.1:${redis.port}`, commands);
      for (const reply of replies) if (reply instanceof Error) throw reply;
    },
    restartApi: async () => {
      api = openApi();
      all.push(api);
      prober.follow(api);
      await api.waitForPort();
    },
    restartWorker: async () => {
      worker = openWorker();
      all.push(worker);
      await whenStarted();
    },
    requestCleanup: async () => {
      const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
      const response = await fetch(`${url}/retention/small/runs`, { method: "POST", headers });
      const body = (await response.json()) as { runId?: string };
      return response.status === 202 ? (body.runId ?? null) : null;
    },
    describeRun: async (runId) => {
      const job = await fleet.client.hgetall(`${fleet.keys.queues}:cleanup-small:${runId}`);
      return `${runId} ${JSON.stringify(job)}`;
    },
    record: async () => {
      recorded += 1;
      await recordSession(sessions, `session${recorded}`, 10_000 - recorded);
    },
    stop: async () => {
      await prober.stop();
      await Promise.all([stopApi(api), stopWorker(worker)]);
      fleet.close();
      await line.stop();
      await redis.stop();
    },
  };
}
