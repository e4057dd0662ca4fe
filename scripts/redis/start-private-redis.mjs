import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../setup/errors.mjs";
import { isAlive, takePidLock } from "../setup/pid-lock.mjs";
import { run } from "../setup/run.mjs";
import { askRedis } from "./ask-redis.mjs";
import { claimRedisDir } from "./claim-redis-dir.mjs";
import { freePort } from "./free-port.mjs";
import { readInstance, removeInstance, writeInstance } from "./instance-file.mjs";
import { redisCommand } from "./redis-command.mjs";
import { signalTied, spawnTied } from "./spawn-tied.mjs";

/**
 * @typedef {object} PrivateRedis
 * @property {string} url
 * @property {number} pid
 * @property {() => Promise<void>} stop SIGTERM, SIGKILL after 10 s; idempotent
 * @property {() => void} kill SIGKILL at once
 * @property {Promise<string>} ended resolves when the server is gone, with how it went
 */

// Ours alone: flock's own code for a held lock, 1, is also Redis's code for a configuration it refuses.
const LOCK_HELD = 75;

/**
 * Starts a Redis on `<dataDir>/redis` that nobody else uses and that ends when this process ends, however it ends.
 *
 * On a loopback port rather than a socket file, because a URL then works everywhere (`redis-cli -u`, a worker of one's
 * own); other users of the machine are kept out by a password of 192 random bits that stands only in files and
 * environments which they cannot read.
 *
 * One server per directory: the server itself holds a lock on it until it is gone. A UserError says who has it.
 *
 * @param {{ dataDir: string, found: { kind: "server", path: string } | { kind: "docker" } | { kind: "wasm", module: string } }} options
 * @returns {Promise<PrivateRedis>}
 */
export async function startPrivateRedis({ dataDir, found }) {
  const dir = claimRedisDir(dataDir);
  const lock = await takeDir(dir);
  try {
    const redis = await launch(dir, found, lock.prefix);
    void redis.ended.finally(lock.release);
    return redis;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * @typedef {object} DirLock
 * @property {readonly string[]} prefix what the server's command must be prefixed with, so that it holds the lock itself
 * @property {() => void} release
 */

/**
 * Waits for a Redis that is just going down, because its launcher was killed, and refuses beside one that is in use.
 *
 * @param {string} dir
 * @returns {Promise<DirLock>}
 */
async function takeDir(dir) {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const lock = await tryLock(dir);
    if (lock !== undefined && !(await stillAnswers(dir))) return lock;
    lock?.release();
    const instance = readInstance(dir);
    if ((instance !== undefined && isAlive(instance.launcherPid)) || performance.now() > deadline)
      throw inUse(dir, instance);
    await delay(50);
  }
}

/** @param {string} dir */
async function tryLock(dir) {
  const prefix = ["flock", "-n", "-E", String(LOCK_HELD), "-F", join(dir, "lock")];
  const { code } = await run("flock", [...prefix.slice(1), "true"]);
  if (code === 0) return { prefix, release: () => {} };
  if (code === LOCK_HELD) return undefined;
  // No flock, or one that cannot hand the lock to the command (macOS, BusyBox): we hold it in the server's place.
  const lock = takePidLock(join(dir, "lock.pid"));
  return "release" in lock ? { prefix: [], release: lock.release } : undefined;
}

/**
 * Only without flock can the lock be free and the server still there: its launcher is dead and it is about to follow.
 *
 * @param {string} dir
 */
async function stillAnswers(dir) {
  const instance = readInstance(dir);
  if (instance === undefined) return false;
  return askRedis(instance.url, [["PING"]], { timeoutMs: 500 }).then(
    ([pong]) => pong === "PONG",
    () => false,
  );
}

/** @param {string} dir @param {import("./instance-file.mjs").Instance | undefined} instance */
function inUse(dir, instance) {
  const who =
    instance === undefined
      ? "another process"
      : `process ${instance.launcherPid} (its Redis is process ${instance.pid})`;
  return new UserError(`${dir} is in use by ${who}: stop that one, or choose another place with --data-dir`);
}

/**
 * @param {string} dir
 * @param {Parameters<typeof startPrivateRedis>[0]["found"]} found
 * @param {readonly string[]} prefix
 * @returns {Promise<PrivateRedis>}
 */
async function launch(dir, found, prefix) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return await launchOnPort(dir, found, prefix, port);
    } catch (error) {
      // Between asking for a free port and taking it, another may have taken it.
      if (attempt === 3 || !/address already in use|bind:/i.test(String(error))) throw error;
    }
  }
}

/** @param {string} dir @param {Parameters<typeof startPrivateRedis>[0]["found"]} found @param {readonly string[]} prefix @param {number} port */
async function launchOnPort(dir, found, prefix, port) {
  // The engine in WebAssembly takes no configuration, hence no password.
  const password = found.kind === "wasm" ? undefined : randomBytes(24).toString("base64url");
  const url = `redis://${password ? `:${password}@` : ""}127.0.0.1:${port}`;
  const config = join(dir, `redis-${process.pid}.conf`);
  const [command = "", ...args] = [...prefix, ...redisCommand(found, { dir, config, port })];
  // A file, not arguments: every user may read a process's arguments.
  writeFileSync(config, configText({ dir, port, password, inContainer: found.kind === "docker" }), { mode: 0o600 });
  try {
    const child = spawnTied(command, args);
    const ended = whenEnded(child, dir);
    await ready(child, ended, dir);
    const pid = found.kind === "server" ? await serverPid(url) : (child.pid ?? -1);
    writeInstance(dir, { url, pid, launcherPid: process.pid });
    return { url, pid, ended, kill: () => void signalTied(child, "SIGKILL"), stop: () => stop(child, ended) };
  } finally {
    rmSync(config, { force: true });
  }
}

/** @param {{ dir: string, port: number, password: string | undefined, inContainer: boolean }} options */
function configText({ dir, port, password, inContainer }) {
  return [
    // In a container only the published loopback port leads to it.
    inContainer ? "bind 0.0.0.0" : "bind 127.0.0.1",
    `port ${inContainer ? 6379 : port}`,
    `dir ${inContainer ? "/data" : JSON.stringify(dir)}`,
    `requirepass ${password}`,
    "daemonize no",
    "appendonly yes",
    "appendfsync everysec",
    'save ""',
    // A queue must never lose keys to make room.
    "maxmemory-policy noeviction",
    // Job delays are looked at this often per second.
    "hz 100",
    "",
  ].join("\n");
}

/** @param {import("node:child_process").ChildProcess} child @param {string} dir */
function whenEnded(child, dir) {
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  void ended.then(() => {
    if (readInstance(dir)?.launcherPid === process.pid) removeInstance(dir);
  });
  return ended;
}

/** @param {import("node:child_process").ChildProcess} child @param {Promise<string>} ended @param {string} dir */
async function ready(child, ended, dir) {
  /** @type {string[]} */
  const lines = [];
  /** @type {Promise<void>} */
  const accepts = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        // The last ones only: this runs for days.
        if (lines.push(line) > 50) lines.shift();
        if (/ready to accept connections/i.test(line)) resolve();
      });
    }
  });
  const stopWaiting = new AbortController();
  const tooLate = delay(60_000, "did not accept connections within 60 s", { signal: stopWaiting.signal }).catch(
    () => "",
  );
  const failure = await Promise.race([accepts, ended, tooLate]);
  stopWaiting.abort();
  if (failure === undefined) return;
  if (failure === `exit code ${LOCK_HELD}`) throw inUse(dir, readInstance(dir));
  signalTied(child, "SIGKILL");
  throw new UserError(`the private Redis ${failure}:\n${lines.slice(-15).join("\n")}`);
}

/**
 * Where a shell ties the server to us, the child's own id is the shell's.
 *
 * @param {string} url
 */
async function serverPid(url) {
  const [info] = await askRedis(url, [["INFO", "server"]]);
  return Number(/^process_id:(\d+)/m.exec(String(info))?.[1]);
}

/** @param {import("node:child_process").ChildProcess} child @param {Promise<string>} ended */
async function stop(child, ended) {
  signalTied(child, "SIGTERM");
  const timer = setTimeout(() => signalTied(child, "SIGKILL"), 10_000);
  await ended;
  clearTimeout(timer);
}
