import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

const NAME = "CARETAKER_COMMAND_RUN";
// A process that forks while it is looked for is found by the next round.
const MAX_ROUNDS = 5;
const LIMIT_MS = 300;

/** A variable no other run has, for the environment of a process: what it starts inherits it. */
export function createMark(): Readonly<Record<string, string>> {
  return { [NAME]: randomUUID() };
}

/**
 * Kills every process whose environment has a mark, also one that left the group and the session of its parent. On
 * Linux only, where `/proc` tells; resolves after a third of a second at most.
 */
export async function endMarked(mark: Readonly<Record<string, string>>): Promise<void> {
  if (process.platform !== "linux") return;
  const entry = `${NAME}=${mark[NAME]}`;
  let timer: NodeJS.Timeout | undefined;
  // Reading the environment of a process that hangs in the kernel may hang too.
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS);
  });
  await Promise.race([killRounds(entry, performance.now() + LIMIT_MS), limit]);
  clearTimeout(timer);
}

async function killRounds(entry: string, deadlineMs: number): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS && performance.now() < deadlineMs; round += 1) {
    const pids = await markedPids(entry);
    if (pids.filter((pid) => killIfMarked(pid, entry)).length === 0) return;
  }
}

async function markedPids(entry: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const isMarked = await Promise.all(
    pids.map(async (pid) => hasEntry(await readFile(`/proc/${pid}/environ`).catch(() => null), entry)),
  );
  return pids.filter((pid, index) => isMarked[index] && pid !== process.pid);
}

/** Reads again right before it kills, without a pause between: a process id is not given to another that quickly. */
function killIfMarked(pid: number, entry: string): boolean {
  try {
    if (!hasEntry(readFileSync(`/proc/${pid}/environ`), entry)) return false;
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    // Gone meanwhile, or somebody else's: nothing of ours to kill.
    return false;
  }
}

function hasEntry(environ: Buffer | null, entry: string): boolean {
  return environ?.toString("latin1").split("\0").includes(entry) ?? false;
}
