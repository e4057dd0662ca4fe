import { spawn } from "node:child_process";
import { join } from "node:path";
import { findRedisServer } from "../redis/find-redis-server.mjs";
import { endOnSignals } from "../setup/end-on-signals.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { say } from "../setup/say.mjs";
import { setUp } from "../setup/set-up.mjs";

/**
 * `npm run bench [-- arguments]`: sets up and runs the measurements.
 *
 * @param {string[]} argv
 * @returns {Promise<number>} exit code
 */
export async function main(argv) {
  const stopping = endOnSignals();
  await setUp({ say });
  const server = process.env["CARETAKER_REDIS_SERVER"] ?? (await findRedisServer({ say }));
  const child = spawn(process.execPath, [join(rootDir, "bench", "dist", "main.js"), ...argv], {
    cwd: rootDir,
    stdio: "inherit",
    env: { ...process.env, ...(server === undefined ? {} : { CARETAKER_REDIS_SERVER: server }) },
  });
  stopping.passTo(child);
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}
