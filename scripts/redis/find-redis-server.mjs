import { findOnPath } from "../setup/find-on-path.mjs";
import { canUnpackDebianRedis, unpackDebianRedis, unpackedRedis } from "./unpack-debian-redis.mjs";

/**
 * The path of a `redis-server` that can be run here: one on PATH, else the distribution's unpacked into the cache.
 * `undefined` when there is none, after saying why on `say`.
 *
 * @param {{ say: (line: string) => void, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<string | undefined>}
 */
export async function findRedisServer({ say, env = process.env }) {
  return findInstalledRedis(env) ?? (await unpackIfPossible(say));
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function findInstalledRedis(env = process.env) {
  return findOnPath(["redis-server", "valkey-server"], env);
}

/** @param {(line: string) => void} say */
async function unpackIfPossible(say) {
  const earlier = unpackedRedis();
  if (earlier !== undefined || !canUnpackDebianRedis()) return earlier;
  try {
    return await unpackDebianRedis({ say });
  } catch (error) {
    say(`redis: unpacking failed: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
