import { openRedis } from "../redis/open-redis.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { endRuns } from "../setup/run.mjs";
import { say } from "../setup/say.mjs";
import { setUp } from "../setup/set-up.mjs";
import { announce } from "./announce.mjs";
import { assertPortFree } from "./assert-port-free.mjs";
import { loadEnvFile } from "./load-env-file.mjs";
import { parseStartArgs, usage } from "./parse-start-args.mjs";
import { runSystem } from "./run-system.mjs";
import { seedDemo } from "./seed-demo.mjs";
import { watchStopRequests } from "./watch-stop-requests.mjs";

/**
 * `npm start`: sets up, runs the system until asked to stop, stops it in order.
 *
 * @param {string[]} argv
 * @returns {Promise<number>} exit code
 */
export async function main(argv) {
  loadEnvFile(rootDir);
  const options = parseStartArgs(argv);
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const stopRequests = watchStopRequests();
  await assertPortFree(options.port, process.env);

  const preparing = prepare(options);
  const early = await Promise.race([preparing.then(() => undefined), stopRequests.first]);
  if (early !== undefined) return abandon(preparing, early.how);
  const { demo, redis } = await preparing;
  const onReady = (/** @type {import("./run-system.mjs").ReadySystem} */ system) => announce(system, options);
  return runSystem({ options, root: rootDir, demo, redis, stopRequests, say, onReady });
}

/** @param {import("./parse-start-args.mjs").StartOptions} options */
async function prepare(options) {
  await setUp({ say });
  const demo = await seedDemo({ options, root: rootDir, say });
  return { demo, redis: await openRedis({ dataDir: options.dataDir, say }) };
}

/**
 * Asked to stop before anything serves: ends what the set-up has under way, and Redis if it has come that far.
 *
 * @param {ReturnType<typeof prepare>} preparing
 * @param {string} how
 */
async function abandon(preparing, how) {
  say(`stopping (${how}) before the system was started`);
  endRuns();
  // Its failure is what endRuns has just caused.
  const prepared = await preparing.catch(() => undefined);
  await prepared?.redis.owned?.stop();
  return 0;
}
