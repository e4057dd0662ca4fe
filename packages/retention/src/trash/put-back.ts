import { lstatSync, renameSync } from "node:fs";
import { join } from "node:path";
import { syncDirectory } from "../sync-directory.js";
import { removeSidecar } from "./sidecar.js";

/** A claimed directory that is not what was planned, and the name it had. */
export interface WrongClaim {
  readonly root: string;
  readonly trash: string;
  readonly claimId: string;
  readonly id: string;
}

/** Moves a wrongly claimed directory back under its name; `false`, and nothing moved, when the name is taken. */
export function putBack({ root, trash, claimId, id }: WrongClaim): boolean {
  const place = join(root, id);
  // A rename silently replaces an empty directory, so the name is looked at first.
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) return false;
  renameSync(join(trash, claimId), place);
  syncDirectory(root);
  removeSidecar(trash, claimId);
  return true;
}
