import { constants } from "node:os";
import { endRuns } from "./run.mjs";

/**
 * @typedef {object} Ending
 * @property {(child: import("node:child_process").ChildProcess) => void} passTo from now on this child is told first, and
 *   its end decides ours
 */

/**
 * For a command that has nothing to stop in order: on SIGINT, SIGTERM or SIGHUP what `run` has under way is killed, and
 * the process ends with 128 + n.
 *
 * @returns {Ending}
 */
export function endOnSignals() {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  let child;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      endRuns();
      const leave = () => process.exit(128 + constants.signals[signal]);
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return leave();
      child.once("close", leave);
      // A second Ctrl-C, or a runner that hangs, must not wait for ever.
      child.kill(signal);
      setTimeout(() => {
        child?.kill("SIGKILL");
        leave();
      }, 10_000).unref();
    });
  }
  return {
    passTo(next) {
      child = next;
    },
  };
}
