import { readFileSync } from "node:fs";

/**
 * How long, in ms since it began, the kernel has let the main thread of a process wait for a core although it had work:
 * the other load of the machine, and no doing of the process. 0 where the kernel does not tell, or the process is gone.
 */
export function waitedForCoreMs(pid: number | "self"): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}
