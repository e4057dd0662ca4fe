import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { createInterface } from "node:readline";

/**
 * @typedef {object} StopRequest
 * @property {string} how e.g. "SIGTERM" or "quit"
 * @property {number} code 128 + n for a signal, the exit code if there is no order left to keep; 0 for `quit`
 */

/**
 * @typedef {object} StopRequests
 * @property {Promise<StopRequest>} first
 * @property {Promise<StopRequest>} second whoever asks twice wants out now
 */

/**
 * Every way of asking the system to stop: SIGINT (Ctrl-C), SIGTERM, SIGHUP, the line `quit` on standard input, and the end
 * of the npm that started us. The end of standard input asks for nothing: services start with none.
 *
 * @returns {StopRequests}
 */
export function watchStopRequests() {
  /** @type {((request: StopRequest) => void)[]} */
  const waiting = [];
  const first = new Promise((/** @type {(request: StopRequest) => void} */ resolve) => waiting.push(resolve));
  const second = new Promise((/** @type {(request: StopRequest) => void} */ resolve) => waiting.push(resolve));
  for (const how of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(
      how,
      onceDespiteNpm(() => waiting.shift()?.({ how, code: 128 + constants.signals[how] })),
    );
  }
  if (mayReadStdin()) {
    process.stdin.on("error", () => {});
    createInterface({ input: process.stdin }).on("line", (line) => {
      if (line.trim() === "quit") waiting.shift()?.({ how: "quit", code: 0 });
    });
  }
  watchNpm(() => waiting.shift()?.({ how: "npm is gone", code: 128 + constants.signals.SIGHUP }));
  return { first, second };
}

/**
 * One Ctrl-C under npm arrives twice: from the terminal, which signals its whole foreground group, and from npm, which
 * passes on what it got. The echo comes within a millisecond or two; a person's second one does not.
 *
 * @param {() => void} onSignal
 */
function onceDespiteNpm(onSignal) {
  if (!startedByNpm()) return onSignal;
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last > 100) onSignal();
    last = now;
  };
}

function startedByNpm() {
  return process.env["npm_lifecycle_event"] !== undefined;
}

/**
 * npm passes a signal on, but a SIGKILL cannot be passed on: whoever sent it would leave the whole system running.
 *
 * @param {() => void} onGone
 */
function watchNpm(onGone) {
  if (!startedByNpm()) return;
  const { ppid } = process;
  const timer = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
}

/** A job in the background of a terminal (`npm start &`) that reads from it is stopped by the kernel. */
function mayReadStdin() {
  if (!process.stdin.isTTY || process.platform !== "linux") return true;
  // After the name in parentheses: state, parent, process group, session, terminal, the terminal's foreground group.
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields[2] === fields[5];
}
