import { join } from "node:path";
import { run } from "../setup/run.mjs";

/**
 * Runs one of the installed tools; what it printed is the problem if it failed.
 *
 * @param {string} root
 * @param {string} tool a name in node_modules/.bin
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<string[]>}
 */
export async function runTool(root, tool, args, { cwd = root } = {}) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1", DO_NOT_TRACK: "1" };
  const { code, output } = await run(join(root, "node_modules", ".bin", tool), args, { cwd, env });
  return code === 0 ? [] : [output.trim() || `${tool} ended with ${code}`];
}
