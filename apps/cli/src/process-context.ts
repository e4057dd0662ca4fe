import type { CliContext, Screen } from "./context.js";
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
