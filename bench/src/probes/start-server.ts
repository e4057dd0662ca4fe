import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ServerSettings, Started } from "../servers/server.js";

/** A server in a process of its own. */
export interface BenchServer extends Started {
  usage(): Promise<Usage>;
  /** Resolves when its process has ended. */
  stop(): Promise<void>;
}

/** What a server's process has used so far. */
export interface Usage {
  readonly cpuMicros: number;
  /** How many checks it has run itself. */
  readonly checkRuns: number;
  readonly rssBytes: number;
}

const SCRIPT = fileURLToPath(new URL("./server-process.js", import.meta.url));

const START_MS = 60_000;

/** Starts a server, on core 0 if processes can be pinned here. */
export async function startServer(settings: ServerSettings, pinned: boolean): Promise<BenchServer> {
  const command = [...(pinned ? ["taskset", "-c", "0"] : []), process.execPath, SCRIPT, JSON.stringify(settings)];
  const child = spawn(command[0] ?? process.execPath, command.slice(1), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const started = (await answerOf(child)) as Started;
  return {
    ...started,
    usage: async () => {
      const answer = answerOf(child);
      child.send("usage");
      return (await answer) as Usage;
    },
    stop: async () => {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const onExit = () => ended.abort(new Error(`the server process ended with code ${child.exitCode}`));
  child.once("exit", onExit);
  try {
    const [message] = await once(child, "message", {
      signal: AbortSignal.any([ended.signal, AbortSignal.timeout(START_MS)]),
    });
    return message;
  } finally {
    child.off("exit", onExit);
  }
}
