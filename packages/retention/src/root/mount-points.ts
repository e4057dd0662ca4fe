import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import type { DirectoryHandle } from "../directory/directory-handle.js";

/** The paths anything is mounted at, as this process sees them; empty where the system has no such table. */
export function readMountPoints(): string[] {
  const table = readTable();
  return table.split("\n").flatMap((line) => {
    const path = line.split(" ")[4];
    return path === undefined ? [] : [readable(path)];
  });
}

/** A directory that is held open, or only named. */
type Place = Pick<DirectoryHandle, "path"> & Partial<Pick<DirectoryHandle, "safety" | "fd">>;

/**
 * The names in a directory at or below which anything is mounted: a bind mount of the same device shows nowhere else.
 * Throws the system's error when the directory cannot be resolved.
 */
export function namesWithMounts({ safety, fd, path }: Place): ReadonlySet<string> {
  // What an open directory is called now is one question; a path is walked, and another may take its place meanwhile.
  const prefix = `${safety === "handles" ? readlinkSync(`/proc/self/fd/${fd}`) : realpathSync(path)}/`;
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
