import { lstatSync, renameSync } from "node:fs";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { errnoOf } from "../errno.js";

/** A claimed directory, and the name it had. */
export interface MovedClaim {
  readonly root: DirectoryHandle;
  readonly trash: DirectoryHandle;
  readonly claimId: string;
  readonly id: string;
}

/**
 * Moves a claimed directory back under its name; `false`, and nothing moved, when anything has that name. The caller
 * syncs both directories. Throws the system's error when the move itself fails.
 *
 * Node has no rename that refuses to replace. Between the look and the rename, a few microseconds, a file, a link or a
 * directory with something in it makes the rename fail; only an empty directory made just then would be replaced.
 */
export function putBack({ root, trash, claimId, id }: MovedClaim): boolean {
  const place = root.child(id);
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) return false;
  try {
    renameSync(trash.child(claimId), place);
    return true;
  } catch (error) {
    if (NAME_TAKEN.has(errnoOf(error))) return false;
    throw error;
  }
}

const NAME_TAKEN: ReadonlySet<string> = new Set(["EEXIST", "ENOTEMPTY", "ENOTDIR", "EISDIR"]);
