import { readFileSync, realpathSync } from "node:fs";

/** The paths anything is mounted at, as this process sees them; empty where the system has no such table. */
export function readMountPoints(): string[] {
  const table = readTable();
  return table.split("\n").flatMap((line) => {
    const path = line.split(" ")[4];
    return path === undefined ? [] : [readable(path)];
  });
}

/** Whether anything is mounted at or below this path: a bind mount of the same device shows nowhere else. */
export function hasMountInside(path: string): boolean {
  const real = realpathSync(path);
  return readMountPoints().some((mount) => mount === real || mount.startsWith(`${real}/`));
}

function readTable(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    // Linux only; elsewhere a mount is still noticed by its device.
    return "";
  }
}

// The kernel writes space, tab, line break and backslash as octal.
function readable(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
