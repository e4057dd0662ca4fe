import { statfsSync } from "node:fs";
import type { DiskSpace } from "../classified-entry.js";

/** How much room the file system at this path has, in bytes; throws the system's error. */
export function readDiskSpace(path: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(path, { bigint: true });
  return { freeBytes: Number(bavail * bsize), totalBytes: Number(blocks * bsize) };
}
