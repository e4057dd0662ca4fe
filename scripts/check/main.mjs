import { endOnSignals } from "../setup/end-on-signals.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { say } from "../setup/say.mjs";
import { setUp } from "../setup/set-up.mjs";
import { steps } from "./steps.mjs";

/**
 * `npm run check`: every check that needs no running system, the one command before a commit. Goes on after a failure,
 * so that one run shows everything; exit code 1 if anything failed.
 *
 * @param {string[]} argv
 * @returns {Promise<number>} exit code
 */
export async function main(argv) {
  if (argv.length > 0) {
    say(`npm run check takes no arguments, it got ${argv.join(" ")}`);
    return 2;
  }
  endOnSignals();
  // A build that fails is one of the steps, and must not hide what the others say.
  await setUp({ say, build: false });
  /** @type {string[]} */
  const failed = [];
  for (const { name, check } of steps) {
    const startedAt = performance.now();
    const problems = await problemsOf(check);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`${problems.length === 0 ? "ok    " : "FAILED"} ${seconds.padStart(5)} s  ${name}\n`);
    for (const problem of problems) process.stdout.write(`${problem.replaceAll(/^/gm, "    ")}\n`);
    if (problems.length > 0) failed.push(name);
  }
  process.stdout.write(`\n${steps.length - failed.length} of ${steps.length} checks passed\n`);
  if (failed.length > 0) process.stdout.write(`failed: ${failed.join("; ")}\n`);
  return failed.length > 0 ? 1 : 0;
}

/**
 * A check that breaks down has found something, too.
 *
 * @param {import("./steps.mjs").Check} check
 * @returns {Promise<string[]>}
 */
async function problemsOf(check) {
  try {
    return await check(rootDir);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
