import { readFileSync } from "node:fs";
import { isAlive } from "../setup/pid-lock.mjs";

/** Whether a process runs. One that was killed stays in the table, as a zombie, until its parent has asked for its end. */
export function isRunning(pid: number): boolean {
  return isAlive(pid) && !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
