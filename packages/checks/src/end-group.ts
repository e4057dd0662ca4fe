import type { ChildProcess } from "node:child_process";

// A process in uninterruptible sleep does not even die of SIGKILL; the run ends without it.
const REAP_MS = 1_000;

/**
 * Kills a detached child and everything it started that is still in its process group, and resolves when the child
 * has been reaped, or after a second. Nothing left to kill is no error.
 */
export async function endGroup({ pid }: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (pid !== undefined) killGroup(pid);
  await settledWithin(exited, REAP_MS);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // ESRCH: all gone. EPERM, on macOS: only zombies are left.
    if (!["ESRCH", "EPERM"].includes(`${(error as NodeJS.ErrnoException).code}`)) throw error;
  }
}

function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const settle = () => {
      clearTimeout(timer);
      resolve();
    };
    promise.then(settle, settle);
  });
}
