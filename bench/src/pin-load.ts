import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Moves this process, which makes the load, to core 1, away from the servers; says whether that was possible. */
export function pinLoad(): boolean {
  if (availableParallelism() < 2) return false;
  try {
    execFileSync("taskset", ["-cp", "1", String(process.pid)], { stdio: "ignore" });
    return true;
  } catch {
    // No taskset (macOS), or not allowed: the figures still count the server's own time only.
    return false;
  }
}
