import { fstatSync } from "node:fs";
import { isatty } from "node:tty";
import { isForeground } from "./is-foreground.js";

const STDIN = 0;
// Longer lines are not `quit`; their beginning is all that is kept of them.
const LONGEST_LINE = 256;

/**
 * Calls back when the line `quit` arrives on stdin, if that is a terminal or a pipe. The end of stdin asks nothing,
 * and waiting for a line does not keep the process alive. Returns the function that stops listening.
 */
export function listenForQuit(onQuit: () => void): () => void {
  if (!isInteractive()) return () => {};
  const { stdin } = process;
  const onData = lineReader((line) => line.trim() === "quit" && onQuit());
  // A process in the background that reads its terminal is stopped by the system (SIGTTIN); `bg` sends SIGCONT.
  const listen = () => (isForeground() ? resume(onData) : stdin.pause());
  stdin.on("error", ignoreLostTerminal);
  listen();
  if (stdin.isTTY) process.on("SIGCONT", listen);
  return () => {
    process.off("SIGCONT", listen);
    stdin.off("data", onData).off("error", ignoreLostTerminal).pause();
  };
}

function isInteractive(): boolean {
  try {
    const stat = fstatSync(STDIN);
    return isatty(STDIN) || stat.isFIFO() || stat.isSocket();
  } catch {
    // A service manager may start a process with stdin closed.
    return false;
  }
}

function resume(onData: (chunk: Buffer) => void): void {
  process.stdin.off("data", onData).on("data", onData).resume();
  process.stdin.unref();
}

function lineReader(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    const lines = `${rest}${chunk.toString("latin1")}`.split("\n");
    rest = (lines.pop() ?? "").slice(0, LONGEST_LINE);
    for (const line of lines) onLine(line);
  };
}

/** A terminal that closed reports EIO; SIGHUP says the same and is the one that counts. */
function ignoreLostTerminal(): void {}
