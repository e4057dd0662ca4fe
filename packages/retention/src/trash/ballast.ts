import { closeSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { isMissing } from "../errno.js";
import { BALLAST_NAME, UNFINISHED_SUFFIX } from "./trash-name.js";

// 64 records without their markers take a third of it; the rest is for the trash's own listing to grow.
const BALLAST_BYTES = 128 * 1024;

/**
 * Keeps room for one record in a trash as long as there is any: on a disk that is full to the last byte nothing could
 * be deleted without it. Called wherever there may be room again; does nothing while it is there.
 */
export function keepBallast(trash: DirectoryHandle): void {
  const place = trash.child(BALLAST_NAME);
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) return;
  const unfinished = trash.child(`${BALLAST_NAME}${UNFINISHED_SUFFIX}`);
  try {
    fill(unfinished);
    renameSync(unfinished, place);
  } catch {
    // No run depends on it; half of it would only be in the way.
    rmSync(unfinished, { force: true });
  }
}

function fill(path: string): void {
  const fd = openSync(path, "wx", 0o600);
  try {
    writeFileSync(fd, Buffer.alloc(BALLAST_BYTES, " "));
  } finally {
    closeSync(fd);
  }
}

/**
 * Gives the ballast another name, to be written over; `false` when there is none. Its blocks are never given back to
 * the file system in between, where whoever has filled it would be faster.
 */
export function takeBallast(trash: DirectoryHandle, name: string): boolean {
  try {
    renameSync(trash.child(BALLAST_NAME), trash.child(name));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
