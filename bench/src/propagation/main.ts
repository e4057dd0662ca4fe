import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, connect as dial, type Server } from "node:net";
import { fileURLToPath } from "node:url";
import { defineCheck, detectionBudget, next, toSpec } from "@caretaker/health";
import { connect, createKeys, createRedisCheckStore, createWorkerRegistry } from "@caretaker/redis-store";
import { startWorker } from "@caretaker/worker";
import { markdownTable } from "../shared/markdown-table.js";
import type { Part } from "../shared/part.js";
import { quantile } from "../shared/quantile.js";
import { withRedis } from "../shared/redis-server.js";

const SCRIPT = fileURLToPath(new URL("./api-process.js", import.meta.url));

const PATIENCE_MS = 60_000;

/** From a worker's publication to what API instances serve, and from a dead dependency to 503. */
export const propagation: Part = async ({ quick }) => {
  const fleets = quick ? [1, 5] : [1, 10, 50];
  const publications = quick ? 20 : 100;
  const served = [];
  for (const instances of fleets)
    served.push({ instances, tookMs: await withRedis((url) => publish(url, instances, publications)) });
  const noticed = await withRedis((url) => killDependency(url, quick ? 1 : 5));
  const rows = served.map(({ instances, tookMs }) => [
    String(instances),
    String(tookMs.length),
    ...[0.5, 0.99, 1].map((part) => quantile(tookMs, part).toFixed(1)),
  ]);
  const { bestMs, worstMs } = noticed;
  const seconds = noticed.tookMs.map((ms) => (ms / 1_000).toFixed(2)).join(", ");
  return {
    tables: [
      [
        "Publication to what is served",
        markdownTable(["API processes", "answers", "p50 ms", "p99 ms", "max ms"], rows),
      ],
      [
        "A dead dependency to 503 (every 1 s, threshold 2)",
        markdownTable(["seconds", "budget, s"], [[seconds, `${bestMs / 1_000}–${worstMs / 1_000}`]]),
      ],
    ],
    figures: { served, noticed },
  };
};

async function publish(redisUrl: string, instances: number, publications: number): Promise<number[]> {
  const check = defineCheck({
    name: "db",
    critical: true,
    failureThreshold: 1,
    successThreshold: 1,
    run: () => undefined,
  });
  const keys = createKeys("bench");
  const client = connect(redisUrl, "store", () => undefined);
  if (client.status !== "ready") await once(client, "ready");
  const info = { id: "bench", host: "bench", pid: process.pid, version: "bench", startedAtMs: 1, lastRunAtMs: null };
  await createWorkerRegistry(client, keys, { specs: [toSpec(check)] }).beat(info, true);
  const store = createRedisCheckStore(client, keys);
  const publishOne = async (status: "pass" | "fail") => {
    const key = { check: check.name, host: null };
    const begun = await store.begin(key, check.timeoutMs);
    if (begun.kind !== "begun") throw new Error(`the lease is ${begun.kind}`);
    const outcome = { status, code: status === "pass" ? "ok" : "refused", durationMs: 1, measures: {} } as const;
    const { fence, previous } = begun.run;
    const startedNs = process.hrtime.bigint();
    const progress = next(previous, outcome, check);
    await store.publish({ key, fence, runId: `db.${fence}`, progress, outcome, previous, hungForMs: null });
    return startedNs;
  };
  const apis = Array.from({ length: instances }, () => startApi(redisUrl));
  try {
    const tookMs: number[] = [];
    for (let turn = 0; turn <= publications; turn += 1) {
      const status = turn % 2 === 0 ? "pass" : "fail";
      const heard = Promise.all(apis.map((api) => servedAt(api, status)));
      const startedNs = await publishOne(status);
      const times = await heard;
      // The first one finds them starting.
      if (turn > 0) tookMs.push(...times.map((atNs) => Number(atNs - startedNs) / 1e6));
    }
    return tookMs;
  } finally {
    for (const api of apis) api.disconnect();
    client.disconnect();
  }
}

function startApi(redisUrl: string): ChildProcess {
  return fork(SCRIPT, [JSON.stringify({ redisUrl, prefix: "bench" })], { stdio: "inherit" });
}

function servedAt(api: ChildProcess, wanted: string): Promise<bigint> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no instance served ${wanted} in time`)), PATIENCE_MS);
    const onMessage = (message: unknown) => {
      const { status, atNs } = message as { status: string; atNs: string };
      if (status !== wanted) return;
      api.off("message", onMessage);
      clearTimeout(timer);
      resolve(BigInt(atNs));
    };
    api.on("message", onMessage);
  });
}

async function killDependency(redisUrl: string, times: number) {
  let dependency = await openDependency(0);
  const { port } = dependency.address() as AddressInfo;
  const check = defineCheck({ name: "db", every: "1s", critical: true, run: ({ signal }) => reach(port, signal) });
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const api = startApi(redisUrl);
  const first = servedAt(api, "pass");
  const worker = await startWorker({ checks: [check], redis: redisUrl, prefix: "bench", hostId: "bench", log: quiet });
  const tookMs: number[] = [];
  try {
    await first;
    for (let turn = 0; turn < times; turn += 1) {
      const failing = servedAt(api, "fail");
      const diedNs = process.hrtime.bigint();
      await close(dependency);
      tookMs.push(Number((await failing) - diedNs) / 1e6);
      const passing = servedAt(api, "pass");
      dependency = await openDependency(port);
      await passing;
    }
  } finally {
    api.disconnect();
    await worker.close({ timeoutMs: 2_000 });
    await close(dependency);
  }
  const { best, worst } = detectionBudget(toSpec(check), null).noticeMs;
  return { tookMs, bestMs: best, worstMs: worst };
}

async function openDependency(port: number): Promise<Server> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

async function reach(port: number, signal: AbortSignal): Promise<void> {
  const socket = dial({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect", { signal });
  } finally {
    socket.destroy();
  }
}
