import { spawn } from "node:child_process";

/**
 * @typedef {object} App
 * @property {string} name
 * @property {number} pid
 * @property {Promise<string | undefined>} ended resolves when it is gone: undefined for exit code 0, else how it went
 * @property {Promise<number>} port of its message `{ type: "listening", port }`; never resolves without one
 * @property {(signal: NodeJS.Signals) => void} signal to the app alone
 * @property {() => void} killAll SIGKILL to the app and all it has started
 */

/**
 * Starts one of the system's processes. Its output goes to our stderr. It leads a process group of its own, because
 * Ctrl-C on a terminal goes to a whole group and would stop everything at once and in no order; and it has an IPC channel,
 * whose end tells it that we are gone, even by SIGKILL.
 *
 * @param {{ name: string, entry: string, env: NodeJS.ProcessEnv, cwd: string }} options
 * @returns {App}
 */
export function startApp({ name, entry, env, cwd }) {
  const child = spawn(process.execPath, [entry], { cwd, env, detached: true, stdio: ["ignore", 2, 2, "ipc"] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started: ${entry}`);
  return {
    name,
    pid,
    ended: new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
    }),
    port: new Promise((resolve) => {
      child.on("message", (message) => {
        const port = listeningPort(message);
        if (port !== undefined) resolve(port);
      });
    }),
    signal: (signal) => void child.kill(signal),
    killAll: () => killGroup(pid),
  };
}

/** @param {unknown} message */
function listeningPort(message) {
  if (typeof message !== "object" || message === null || !("type" in message) || !("port" in message)) return undefined;
  return message.type === "listening" && typeof message.port === "number" ? message.port : undefined;
}

/** @param {number} pid */
function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The whole group is gone.
  }
}
