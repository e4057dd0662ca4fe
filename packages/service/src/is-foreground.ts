import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

/** Whether this process may read its stdin without being stopped: it is no terminal, or we are its foreground group. */
export function isForeground(): boolean {
  if (!isatty(0)) return true;
  const [group, foregroundGroup] = processGroups();
  return group !== undefined && group === foregroundGroup;
}

function processGroups(): string[] {
  try {
    return process.platform === "linux" ? fromProc() : fromPs();
  } catch {
    // Not knowing means not reading: losing `quit` is better than being stopped.
    return [];
  }
}

function fromProc(): string[] {
  // The name, field 2, may hold spaces and parentheses; after its end come state, parent, group, session, tty, tpgid.
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [fields[2] ?? "", fields[5] ?? "none"];
}

function fromPs(): string[] {
  const output = execFileSync("ps", ["-o", "pgid=,tpgid=", "-p", String(process.pid)], { encoding: "utf8" });
  return output.trim().split(/\s+/);
}
