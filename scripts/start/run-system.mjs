import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startApp } from "./start-app.mjs";
import { stopSystem } from "./stop-system.mjs";
import { waitUntilReady } from "./wait-until-ready.mjs";

/** @typedef {import("./start-app.mjs").App} App */

/**
 * @typedef {object} ReadySystem
 * @property {string} api base URL
 * @property {string} redisUrl
 * @property {string} dataDir
 * @property {{ api: number, worker: number, redis: number | null }} pids `redis` null when it is not ours
 */

const READY_WITHIN_MS = 60_000;

/**
 * Starts API and worker, tells when the system is ready, and runs until asked to stop or until a part of it dies.
 * Whatever happens, nothing that was started is left running.
 *
 * @param {object} options
 * @param {{ port: number, dataDir: string }} options.options
 * @param {string} options.root the repository
 * @param {boolean} options.demo whether the data directory holds a demo
 * @param {import("../redis/open-redis.mjs").OpenRedis} options.redis
 * @param {import("./watch-stop-requests.mjs").StopRequests} options.stopRequests
 * @param {(line: string) => void} options.say
 * @param {(system: ReadySystem) => void} options.onReady
 * @returns {Promise<number>} exit code
 */
export async function runSystem({ options, root, demo, redis, stopRequests, say, onReady }) {
  const env = appEnv(options, redis.url);
  const api = startApp({ name: "api", entry: entry(root, "api"), env, cwd: root });
  const worker = startApp({
    name: "worker",
    entry: entry(root, "worker"),
    env: demo ? { MAX_RECORDINGS: "5", ...env } : env,
    cwd: root,
  });
  const system = { apps: [api, worker], redis: redis.owned };

  const asked = stopRequests.first.then((request) => ({ say: `stopping (${request.how})`, fault: false }));
  const died = whenOneDies(system).then((how) => ({ say: `${how}; stopping the rest`, fault: true }));
  let isReady = false;
  const ready = becomeReady({ api, worker, host: env["HOST"] ?? "", dataDir: options.dataDir }).then((result) => {
    if ("failure" in result) return { say: `${result.failure}; stopping`, fault: true };
    const pids = { api: api.pid, worker: worker.pid, redis: redis.owned?.pid ?? null };
    isReady = true;
    onReady({ api: result.url, redisUrl: redis.url, dataDir: options.dataDir, pids });
    return Promise.race([asked, died]);
  });

  const end = await Promise.race([asked, died, ready]);
  say(end.say);
  const stopped = await Promise.race([stopSystem({ ...system, starting: !isReady, say }), stopRequests.second]);
  if ("code" in stopped) {
    for (const app of system.apps) app.killAll();
    redis.owned?.kill();
    say(`asked again (${stopped.how}): killed everything`);
    return stopped.code;
  }
  return end.fault || !stopped.clean ? 1 : 0;
}

/** @param {{ port: number, dataDir: string }} options @param {string} redisUrl */
function appEnv({ port, dataDir }, redisUrl) {
  return {
    // No balancer watches a system on a laptop: whoever presses Ctrl-C should not wait for one to notice.
    DRAIN_DELAY: "0s",
    ...process.env,
    HOST: process.env["HOST"] || "127.0.0.1",
    PORT: String(port),
    DATA_DIR: dataDir,
    REDIS_URL: redisUrl,
  };
}

/** @param {string} root @param {"api" | "worker"} name */
function entry(root, name) {
  return join(root, "apps", name, "dist", "main.js");
}

/** @param {{ apps: App[], redis: { ended: Promise<string>, pid: number } | undefined }} system */
function whenOneDies({ apps, redis }) {
  const ends = apps.map(({ name, pid, ended }) =>
    ended.then((how) => `${name} (process ${pid}) ended by itself with ${how ?? "exit code 0"}`),
  );
  if (redis !== undefined)
    ends.push(redis.ended.then((how) => `redis (process ${redis.pid}) ended by itself with ${how}`));
  return Promise.race(ends);
}

/**
 * Ready is what readiness says, and that the worker is up: its results of an earlier start can still be fresh enough for
 * readiness while it is loading.
 *
 * @param {{ api: App, worker: App, host: string, dataDir: string }} system
 * @returns {Promise<{ url: string } | { failure: string }>}
 */
async function becomeReady({ api, worker, host, dataDir }) {
  const tooLate = new AbortController();
  let last = "the API has not reported its port";
  const timer = delay(READY_WITHIN_MS, undefined, { ref: false }).then(() => {
    tooLate.abort();
    return { failure: `not ready within ${READY_WITHIN_MS / 1000} s; last answer: ${last}` };
  });
  const ready = api.port.then(async (port) => {
    const url = `http://${reachable(host)}:${port}`;
    await waitUntilReady(url, tooLate.signal, (answer) => {
      last = answer;
    });
    last = "readiness is fine, but the worker is not up";
    await waitForBeat(join(dataDir, "worker.beat"), worker.pid, tooLate.signal);
    return { url };
  });
  return Promise.race([timer, ready]);
}

/**
 * The worker writes its process id there once everything in it runs.
 *
 * @param {string} file
 * @param {number} pid
 * @param {AbortSignal} signal
 */
async function waitForBeat(file, pid, signal) {
  while (!signal.aborted) {
    const beat = await readFile(file, "utf8").catch(() => "");
    if (beat.trim() === String(pid)) return;
    await delay(20);
  }
}

/** @param {string} host an address to bind */
function reachable(host) {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
