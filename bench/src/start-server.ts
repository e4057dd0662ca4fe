import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ServerSettings } from "./create-bench-server.js";

/** A server in a process of its own. */
export interface BenchServer {
  readonly port: number;
  /** The processor time its process has used so far, in µs. */
  cpuMicros(): Promise<number>;
  stop(): void;
}

const SCRIPT = fileURLToPath(new URL("./server-process.js", import.meta.url));

/** Starts a server, on core 0 if processes can be pinned here. */
export async function startServer(settings: ServerSettings, pinned: boolean): Promise<BenchServer> {
  const command = [...(pinned ? ["taskset", "-c", "0"] : []), process.execPath, SCRIPT, JSON.stringify(settings)];
  const child = spawn(command[0] ?? process.execPath, command.slice(1), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const { port } = (await answerOf(child)) as { port: number };
  return {
    port,
    cpuMicros: async () => {
      const answer = answerOf(child);
      child.send("cpu");
      return ((await answer) as { cpuMicros: number }).cpuMicros;
    },
    stop: () => {
      child.disconnect();
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const onExit = () => ended.abort(new Error(`the server process ended with code ${child.exitCode}`));
  child.once("exit", onExit);
  try {
    const [message] = await once(child, "message", { signal: ended.signal });
    return message;
  } finally {
    child.off("exit", onExit);
  }
}
