import { once } from "node:events";
import { createInterface } from "node:readline";
import { signalTied, spawnTied } from "../../../../scripts/redis/spawn-tied.mjs";
import { liveProcesses } from "../../../../scripts/testing/live-processes.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";

/** A program of somebody else's that runs beside a test, in a process group of its own. */
export interface Tool {
  /** Resolves when the answer to the question is truthy; rejects after 20 s with what the program printed last. */
  untilUp(question: () => unknown): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a program that dies with this process; its whole group is ended by `stop`. */
export function spawnTool(program: string, args: readonly string[], env: Record<string, string> = {}): Tool {
  const child = spawnTied(program, args, { signal: "SIGKILL", env: { PATH: process.env["PATH"], ...env } });
  const ended = once(child, "close");
  const entry = { name: `${program} (pid ${child.pid})`, kill: () => void signalTied(child, "SIGKILL") };
  liveProcesses().add(entry);
  void ended.then(() => liveProcesses().delete(entry));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      if (lines.push(line) > 30) lines.shift();
    });
  }
  return {
    untilUp: async (question) => {
      try {
        await waitFor(question, { timeoutMs: 20_000, what: `${program} to answer` });
      } catch (cause) {
        throw new Error(`${String(cause)}; it printed ${lines.join(" | ")}`, { cause });
      }
    },
    stop: async () => {
      signalTied(child, "SIGTERM");
      const timer = setTimeout(() => signalTied(child, "SIGKILL"), 2_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
