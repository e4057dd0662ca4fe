import { createInterface } from "node:readline";
import type { CliContext, Screen } from "./context.js";
import { InterruptedError } from "./errors.js";
import { EXIT_CODES } from "./exit-codes.js";

/** The context of this very process. The first SIGINT or SIGTERM asks for an end, the second ends at once. */
export function createProcessContext(): CliContext {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted);
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
  // `caretaker watch | head -1`: without a listener the next write would end in a stack trace.
  process.stdout.on("error", () => controller.abort());
  process.stderr.on("error", () => undefined);
  return {
    env: process.env,
    cwd: process.cwd(),
    stdout: screenOf(process.stdout),
    stderr: screenOf(process.stderr),
    ask: process.stdin.isTTY && process.stderr.isTTY ? (question) => ask(question, controller.signal) : null,
    signal: controller.signal,
    nowMs: () => Date.now(),
  };
}

function screenOf(stream: NodeJS.WriteStream): Screen {
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      // Asked each time: a terminal changes its width. One that says 0 does not know.
      return stream.isTTY && stream.columns > 0 ? stream.columns : null;
    },
    write: (text) => new Promise((resolve) => stream.write(text, () => resolve())),
  };
}

/** One line from the terminal. Not in raw mode, in which Ctrl-C would be a key and not a signal. */
function ask(question: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new InterruptedError());
    const lines = createInterface({ input: process.stdin, terminal: false });
    const interrupt = () => lines.close();
    signal.addEventListener("abort", interrupt, { once: true });
    let answer = "";
    lines.once("line", (line) => {
      answer = line;
      lines.close();
    });
    // Also at the end of input.
    lines.once("close", () => {
      signal.removeEventListener("abort", interrupt);
      if (signal.aborted) reject(new InterruptedError());
      else resolve(answer);
    });
    process.stderr.write(question);
  });
}
