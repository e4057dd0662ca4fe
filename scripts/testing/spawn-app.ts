import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { liveProcesses } from "./live-processes.ts";
import { waitFor } from "./wait-for.ts";

/** An app under test, as its own process. */
export interface SpawnedApp {
  readonly child: ChildProcess;
  /** Grow while it runs. */
  readonly stdoutLines: readonly string[];
  readonly stderrLines: readonly string[];
  /** Messages it sent over IPC, oldest first, e.g. `{ type: "listening", port }`. */
  readonly messages: readonly unknown[];
  /** The first line of stdout or stderr that fits; rejects after `timeoutMs` (10 s) or when the app ends without it. */
  waitForLog(predicate: (line: string) => boolean, options?: { timeoutMs?: number }): Promise<string>;
  /** The port of its `listening` message; rejects after 60 s or when the app ends without it. */
  waitForPort(): Promise<number>;
  /** Resolves when the process is gone and its output is read. */
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/**
 * Runs `node <entry> <args>` with an IPC channel, standard input as a pipe, and only `env` plus PATH, HOME, TMPDIR: what
 * a developer has exported must not change a test. Wait for `exit` in the test, or the suite fails for the leak.
 */
export function spawnApp({
  entry,
  args = [],
  env = {},
  cwd,
}: {
  entry: string;
  args?: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
}): SpawnedApp {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd,
    env: { ...inherited(), ...env },
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  const stdoutLines = collectLines(child.stdout);
  const stderrLines = collectLines(child.stderr);
  const messages: unknown[] = [];
  child.on("message", (message) => messages.push(message));
  const exit = watchExit(child, entry);

  async function until<T>(find: () => T | undefined, what: string, timeoutMs: number) {
    // What the app still printed while it ended is read before `exit` resolves: look once more then.
    const found = await Promise.race([waitFor(find, { timeoutMs, what }), exit.then(find)]);
    if (found !== undefined) return found;
    const last = [...stdoutLines, ...stderrLines].slice(-15).join("\n");
    throw new Error(`${entry} ended (${child.exitCode ?? child.signalCode}) without ${what}; it printed:\n${last}`);
  }

  return {
    child,
    stdoutLines,
    stderrLines,
    messages,
    exit,
    waitForLog: (predicate, { timeoutMs = 10_000 } = {}) =>
      until(() => [...stdoutLines, ...stderrLines].find(predicate), "the awaited log line", timeoutMs),
    waitForPort: () =>
      until(() => messages.map(portOf).find((port) => port !== undefined), "its listening message", START_MS),
  };
}

/** Loading its code takes a second of a core, which on a machine that a dozen others share is many seconds. */
const START_MS = 60_000;

function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "LANG", "NODE_V8_COVERAGE"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function collectLines(stream: NodeJS.ReadableStream | null): string[] {
  const lines: string[] = [];
  if (stream !== null) createInterface({ input: stream }).on("line", (line) => lines.push(line));
  return lines;
}

function watchExit(child: ChildProcess, entry: string): SpawnedApp["exit"] {
  const live = { name: `${entry} (pid ${child.pid})`, kill: () => void child.kill("SIGKILL") };
  liveProcesses().add(live);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    // Not "close": Node does not emit it once the parent has disconnected the IPC channel.
    child.once("exit", async (code, signal) => {
      liveProcesses().delete(live);
      await Promise.all([child.stdout, child.stderr].map((stream) => stream !== null && finished(stream)));
      resolve({ code, signal });
    });
  });
}

function portOf(message: unknown): number | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, port } = message as { type?: unknown; port?: unknown };
  return type === "listening" && typeof port === "number" ? port : undefined;
}
