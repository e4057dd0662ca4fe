/** @typedef {import("./start-app.mjs").App} App */

// Above the apps' own deadline, which ends them first and with an exit code that says more.
const STOP_WITHIN_MS = 20_000;

/**
 * Stops the parts in the order given, then Redis: the API first, so that nobody is promised what no longer happens; Redis
 * last, because both still speak to it while they stop. What does not stop in time is killed.
 *
 * @param {object} options
 * @param {App[]} options.apps
 * @param {{ pid: number, stop: () => Promise<void>, ended: Promise<string> } | undefined} options.redis
 * @param {boolean} options.starting an app that is still loading has no handler yet and ends by the SIGTERM itself
 * @param {(line: string) => void} options.say
 * @returns {Promise<{ clean: boolean }>} clean when every app ended by itself with exit code 0
 */
export async function stopSystem({ apps, redis, starting, say }) {
  let clean = true;
  for (const app of apps) {
    const how = await stopApp(app, say);
    clean &&= how === undefined || (starting && how === "SIGTERM");
  }
  if (redis !== undefined) {
    const startedAt = performance.now();
    await redis.stop();
    say(`stopped redis (process ${redis.pid}) in ${elapsed(startedAt)}`);
  }
  return { clean };
}

/** @param {App} app @param {(line: string) => void} say */
async function stopApp(app, say) {
  const startedAt = performance.now();
  app.signal("SIGTERM");
  let killed = false;
  const timer = setTimeout(() => {
    killed = true;
    app.killAll();
  }, STOP_WITHIN_MS);
  const how = await app.ended;
  clearTimeout(timer);
  const remark = killed ? `, killed after ${STOP_WITHIN_MS / 1000} s` : how === undefined ? "" : `, ${how}`;
  say(`stopped ${app.name} (process ${app.pid}) in ${elapsed(startedAt)}${remark}`);
  return how;
}

/** @param {number} startedAt */
function elapsed(startedAt) {
  return `${Math.round(performance.now() - startedAt)} ms`;
}
