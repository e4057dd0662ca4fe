import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { liveProcesses } from "../../../scripts/testing/live-processes.ts";

/** A program with what it starts, for what `spawnApp` cannot be: a pipeline, a terminal. */
export interface SpawnedGroup {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** What it has printed, as it came. */
  out(): string;
  err(): string;
  /** Its exit code, once its output has been read. */
  readonly exit: Promise<number | null>;
}

/** Runs a program as a process group of its own, which ends with the test file at the latest. */
export function spawnGroup(program: string, args: readonly string[], env: NodeJS.ProcessEnv): SpawnedGroup {
  const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  const live = { name: `${program} (pid ${child.pid})`, kill: () => killGroup(child.pid) };
  liveProcesses().add(live);
  const printed = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    printed.out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    printed.err += chunk.toString();
  });
  const exit = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      liveProcesses().delete(live);
      resolve(code);
    });
  });
  return { child, out: () => printed.out, err: () => printed.err, exit };
}

function killGroup(pid: number | undefined): void {
  try {
    // A terminal's own session hears of it by the hang-up.
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
