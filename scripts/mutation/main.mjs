import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { endOnSignals } from "../setup/end-on-signals.mjs";
import { UserError } from "../setup/errors.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { say } from "../setup/say.mjs";
import { setUp } from "../setup/set-up.mjs";

/** The whole run may take this long; a run of the largest package took a quarter of it on two cores. */
const TIME_LIMIT_MINUTES = 40;

/**
 * `npm run mutation -- <package> [stryker's arguments]`: changes the source of one package in small ways, one at a time,
 * and prints how many of the changes its unit tests notice. Exit code 1 below the score that stryker.config.mjs asks for.
 *
 * @param {string[]} argv
 * @returns {Promise<number>} exit code
 */
export async function main([name, ...args]) {
  const packages = readdirSync(join(rootDir, "packages")).filter((one) => existsSync(sourceOf(one)));
  if (name === undefined || !packages.includes(name)) {
    throw new UserError(`npm run mutation -- <package>: got ${name ?? "nothing"}; allowed: ${packages.join(", ")}`, {
      exitCode: 2,
    });
  }
  const stopping = endOnSignals();
  await setUp({ say });
  const child = spawn(process.execPath, [STRYKER, "run", CONFIG, ...args], {
    cwd: join(rootDir, "packages", name),
    stdio: "inherit",
  });
  stopping.passTo(child);
  return ended(child);
}

const STRYKER = join(rootDir, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
const CONFIG = join(rootDir, "stryker.config.mjs");

/** @param {string} name */
function sourceOf(name) {
  return join(rootDir, "packages", name, "src");
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>} exit code
 */
function ended(child) {
  const timer = setTimeout(() => {
    say(`mutation: stopped, it took longer than ${TIME_LIMIT_MINUTES} minutes`);
    child.kill("SIGTERM");
  }, TIME_LIMIT_MINUTES * 60_000);
  return new Promise((resolve) => {
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}
