import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findOnPath } from "../setup/find-on-path.mjs";

/** @typedef {"SIGTERM" | "SIGKILL"} TieSignal */

/**
 * Starts a command that ends when this process ends, even by SIGKILL: no orphan may keep a data directory or a port.
 * Linux: the kernel sends `signal` (setpriv, which execs, so `pid` is the command's own). Elsewhere a small shell holds
 * our pipe and sends it at the end of file; then `pid` is the shell's, and a SIGTERM to it is passed on.
 * Standard input is taken, output and errors are pipes.
 *
 * The command gets a process group of its own: Ctrl-C on a terminal must reach us alone, or the order of stopping is lost.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ signal?: TieSignal, cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export function spawnTied(command, args, { signal = "SIGTERM", cwd, env } = {}) {
  const tie = hasParentDeathSignal() ? ["setpriv", "--pdeathsig", signal.slice(3)] : ["sh", WATCHDOG, signal.slice(3)];
  return spawn(/** @type {string} */ (tie[0]), [...tie.slice(1), command, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
}

const WATCHDOG = fileURLToPath(new URL("die-with-parent.sh", import.meta.url));

/** @type {boolean | undefined} */
let parentDeathSignal;

/** Asked by doing it once: BusyBox has a setpriv that lacks the option. */
function hasParentDeathSignal() {
  parentDeathSignal ??=
    findOnPath(["setpriv"]) !== undefined &&
    spawnSync("setpriv", ["--pdeathsig", "TERM", "true"], { stdio: "ignore" }).status === 0;
  return parentDeathSignal;
}

/**
 * Signals the command and whatever stands between it and us; false when all of it is gone.
 *
 * @param {import("node:child_process").ChildProcess} child of `spawnTied`
 * @param {NodeJS.Signals} signal
 */
export function signalTied(child, signal) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
