import { execFileSync } from "node:child_process";
import { cpus } from "node:os";

/**
 * Does the work with this process, which makes the load, on core 1, away from the servers; the work hears whether that
 * was possible. What comes after it may use every core again.
 */
export async function withPinnedLoad<T>(work: (pinned: boolean) => Promise<T>): Promise<T> {
  const pinned = cpus().length > 1 && pin("1");
  try {
    return await work(pinned);
  } finally {
    if (pinned) pin(`0-${cpus().length - 1}`);
  }
}

function pin(cores: string): boolean {
  try {
    execFileSync("taskset", ["-acp", cores, String(process.pid)], { stdio: "ignore" });
    return true;
  } catch {
    // No taskset (macOS), or not allowed: the figures still count the server's own time only.
    return false;
  }
}
