import { spawn } from "node:child_process";

/**
 * @typedef {object} RunResult
 * @property {number} code exit code; 127 when the command could not be started, 128 when a signal ended it
 * @property {string} stdout
 * @property {string} output stdout and stderr in the order they came
 */

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/**
 * Runs a command to its end and keeps what it printed; never throws for a failing command. The command leads a process
 * group of its own, so that `endRuns` reaches a compiler three processes down.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<RunResult>}
 */
export function run(command, args, { cwd, env, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => endGroup(child), timeoutMs);
    let stdout = "";
    let output = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", (error) => finish({ code: 127, stdout, output: output + error.message }));
    child.on("close", (code) => finish({ code: code ?? 128, stdout, output }));
    /** @param {RunResult} result */
    function finish(result) {
      clearTimeout(timer);
      running.delete(child);
      resolve(result);
    }
  });
}

/** Kills every command that still runs, with all it has started. For a process that is about to leave. */
export function endRuns() {
  for (const child of running) endGroup(child);
}

/** @param {import("node:child_process").ChildProcess} child */
function endGroup(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}
