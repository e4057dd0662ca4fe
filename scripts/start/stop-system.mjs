/** @typedef {import("./start-app.mjs").App} App */

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
  const withinMs = stopWithinMs(process.env["SHUTDOWN_TIMEOUT"]);
  let clean = true;
  for (const app of apps) {
    const how = await stopApp(app, withinMs, say);
    clean &&= how === undefined || (starting && how === "SIGTERM");
  }
  if (redis !== undefined) {
    const startedAt = performance.now();
    await redis.stop();
    say(`stopped redis (process ${redis.pid}) in ${elapsed(startedAt)}`);
  }
  return { clean };
}

/**
 * Above the apps' own deadline (30 s unless SHUTDOWN_TIMEOUT says otherwise), which ends them first and with an exit code
 * that says more.
 *
 * @param {string | undefined} timeout
 */
function stopWithinMs(timeout) {
  const [, count, unit = "s"] = /^(\d+)(ms|s|m)$/.exec(timeout ?? "30s") ?? ["", "30", "s"];
  return Number(count) * ({ ms: 1, s: 1000, m: 60_000 }[unit] ?? 1000) + 5000;
}

/** @param {App} app @param {number} withinMs @param {(line: string) => void} say */
async function stopApp(app, withinMs, say) {
  const startedAt = performance.now();
  app.signal("SIGTERM");
  let killed = false;
  const timer = setTimeout(() => {
    killed = true;
    app.killAll();
  }, withinMs);
  const how = await app.ended;
  clearTimeout(timer);
  const remark = killed ? `, killed after ${withinMs / 1000} s` : how === undefined ? "" : `, ${how}`;
  say(`stopped ${app.name} (process ${app.pid}) in ${elapsed(startedAt)}${remark}`);
  return how;
}

/** @param {number} startedAt */
function elapsed(startedAt) {
  return `${Math.round(performance.now() - startedAt)} ms`;
}
