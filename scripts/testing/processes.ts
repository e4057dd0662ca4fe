import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The processes whose environment holds this text; none where the system shows no environments, as macOS. */
export function processesWith(mark: string): number[] {
  if (!existsSync("/proc/self/environ")) return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => procFile(pid, "environ").includes(mark)).map(Number);
}

/** The dead children of a process that nobody has asked for. */
export function zombiesOf(parent: number | undefined): string[] {
  const stats = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => procFile(pid, "stat"));
  return stats.filter((stat) => new RegExp(`^\\d+ \\(.*\\) Z ${parent} `, "s").test(stat));
}

function procFile(pid: string, name: string): string {
  try {
    return readFileSync(join("/proc", pid, name), "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
