import { lstatSync } from "node:fs";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import type { ClaimResult } from "../session-result.js";

/** The inode at a name of this directory, in decimal; `null` when nothing is there. Throws the system's error. */
export function inodeAt(directory: DirectoryHandle, name: string): string | null {
  const stats = lstatSync(directory.child(name), { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : String(stats.ino);
}

/** What became of a claim that is not in the trash: its session never left its place, or is gone. */
export function settleAbsent(root: DirectoryHandle, { id, ino }: { id: string; ino: string }): ClaimResult {
  // Inodes only: a device's number may change with a reboot, and the trash is on the root's device anyway.
  return inodeAt(root, id) === ino
    ? { result: "kept", code: "interrupted", bytesFreed: 0 }
    : { result: "deleted", code: "found_gone", bytesFreed: 0 };
}
