import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { run } from "../setup/run.mjs";

/**
 * A run of every test in which none failed.
 *
 * @typedef {object} Pass
 * @property {string} key what the tests ran on
 * @property {string} at when it ended, ISO 8601
 * @property {import("./summary-reporter.ts").TestSummary} summary
 */

/**
 * Everything that decides what a run of the tests comes to, as one hash: what Turborepo hashes for a task that reads the
 * whole repository (every file that is not ignored, and the lock file), this Node, the commands there are, and the
 * variables that tests read. `undefined` where it cannot be told: then nothing may be taken for unchanged.
 *
 * @param {string} root the repository
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string | undefined>}
 */
export async function keyOf(root, env = process.env) {
  const turbo = join(root, "node_modules", "turbo", "bin", "turbo");
  const { code, stdout } = await run(process.execPath, [turbo, "run", "//#test", "--dry=json"], { cwd: root, env });
  if (code !== 0) return undefined;
  const { tasks } = JSON.parse(stdout);
  const files = tasks.find((/** @type {{ taskId: string }} */ { taskId }) => taskId === "//#test")?.hash;
  if (typeof files !== "string") return undefined;
  const parts = [files, process.version, process.getuid?.() ?? "", commandsOn(env["PATH"] ?? ""), variablesOf(env)];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/**
 * Installing, removing or replacing a command changes its directory.
 *
 * @param {string} path
 */
function commandsOn(path) {
  return path.split(delimiter).map((directory) => {
    return [directory, statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? null];
  });
}

const READ_BY_TESTS = /^(?:CARETAKER_|NODE_OPTIONS$|TZ$|LANG$|LC_|HOME$|XDG_)/;

/** @param {NodeJS.ProcessEnv} env */
function variablesOf(env) {
  return Object.entries(env)
    .filter(([name]) => READ_BY_TESTS.test(name))
    .sort();
}

/**
 * The last pass, kept beside what is installed: who removes that begins anew.
 *
 * @param {string} root the repository
 */
export function openLastPass(root) {
  const file = join(root, "node_modules", ".cache", "caretaker", "last-pass.json");
  return {
    /** @returns {Pass | undefined} */
    read: () => {
      try {
        return JSON.parse(readFileSync(file, "utf8"));
      } catch {
        return undefined;
      }
    },
    /** @param {Pass} pass */
    write: (pass) => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(pass));
    },
    forget: () => rmSync(file, { force: true }),
  };
}
