import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endOnSignals } from "../setup/end-on-signals.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { say } from "../setup/say.mjs";
import { setUp } from "../setup/set-up.mjs";
import { keyOf, openLastPass } from "./last-pass.mjs";

/**
 * `npm test [-- --strict] [--force] [vitest's arguments]`: sets up, runs every test, lists what was skipped and why, and
 * closes with one plain line of counts. Where nothing has changed since all of them passed, it says so and runs none,
 * unless it is forced, strict, or told which to run.
 *
 * @param {string[]} argv
 * @returns {Promise<number>} exit code
 */
export async function main(argv) {
  const strict = argv.includes("--strict");
  const stopping = endOnSignals();
  await setUp({ say });
  const isAll = argv.every((arg) => OWN_FLAGS.includes(arg));
  const lastPass = openLastPass(rootDir);
  const key = isAll ? await keyOf(rootDir) : undefined;
  const earlier = lastPass.read();
  if (argv.length === 0 && !process.env["CI"] && key !== undefined && earlier?.key === key) return repeat(earlier);
  const scratch = mkdtempSync(join(tmpdir(), "caretaker-test-"));
  try {
    const file = join(scratch, "summary.json");
    const args = argv.filter((arg) => !OWN_FLAGS.includes(arg));
    const code = await vitest(
      args,
      { CARETAKER_TEST_SUMMARY: file, ...(strict ? { CARETAKER_TEST_STRICT: "1" } : {}) },
      stopping,
    );
    const summary = readSummary(file);
    if (isAll) lastPass.forget();
    // What was changed while they ran may have been read before or after.
    const isKnown = key !== undefined && code === 0 && key === (await keyOf(rootDir));
    if (isKnown && summary !== undefined) lastPass.write({ key, at: new Date().toISOString(), summary });
    return report(summary, { strict, code });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const OWN_FLAGS = ["--strict", "--force"];

/** @param {import("./last-pass.mjs").Pass} pass */
function repeat({ at, summary }) {
  say(`tests: nothing has changed since all of them passed, at ${at}; to run them again: npm test -- --force`);
  return report(summary, { strict: false, code: 0 });
}

/**
 * In our own process group, so that Ctrl-C on a terminal reaches it as if it had been started by hand.
 *
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {import("../setup/end-on-signals.mjs").Ending} stopping
 * @returns {Promise<number>}
 */
function vitest(args, env, stopping) {
  const child = spawn(process.execPath, [join(rootDir, "node_modules", "vitest", "vitest.mjs"), "run", ...args], {
    cwd: rootDir,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  stopping.passTo(child);
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}

/**
 * @param {string} file
 * @returns {import("./summary-reporter.ts").TestSummary | undefined} undefined when vitest did not come to its end
 */
function readSummary(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {ReturnType<typeof readSummary>} summary @param {{ strict: boolean, code: number }} options */
function report(summary, { strict, code }) {
  if (summary === undefined) {
    say(`the tests did not come to their end (vitest: exit code ${code})`);
    return code || 1;
  }
  const { passed, failed, skipped } = summary;
  if (skipped.length > 0) process.stdout.write(`\nSkipped${strict ? ", which --strict counts as failed" : ""}:\n`);
  for (const { name, reason } of skipped) process.stdout.write(`  ${name}: ${reason}\n`);
  const missed = strict ? skipped.length : 0;
  process.stdout.write(`\n${passed} passed, ${failed + missed} failed, ${skipped.length - missed} skipped\n`);
  return code || (missed > 0 ? 1 : 0);
}
