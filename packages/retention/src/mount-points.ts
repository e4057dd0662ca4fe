import { readFileSync, realpathSync } from "node:fs";

/** The paths anything is mounted at, as this process sees them; empty where the system has no such table. */
export function readMountPoints(): string[] {
  const table = readTable();
  return table.split("\n").flatMap((line) => {
    const path = line.split(" ")[4];
    return path === undefined ? [] : [readable(path)];
  });
}

/**
 * The names in a directory at or below which anything is mounted: a bind mount of the same device shows nowhere else.
 * Throws the system's error when the directory cannot be resolved.
 */
export function namesWithMounts(directory: string): ReadonlySet<string> {
  const prefix = `${realpathSync(directory)}/`;
  const inside = readMountPoints().filter((mount) => mount.startsWith(prefix));
  return new Set(inside.map((mount) => mount.slice(prefix.length).split("/", 1).join()));
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
