import type { DirectoryHandle } from "../directory/directory-handle.js";
import { openDirectory } from "../directory/open-directory.js";
import { isMissing } from "../errno.js";
import type { Safety } from "../safety.js";
import { TRASH_NAME } from "./trash-name.js";

/** A root's trash, held open; `null` where there is none, and then none is made. Throws the system's error. */
export function findTrash(path: string, safety: Safety | undefined): DirectoryHandle | null {
  const root = openDirectory(path, { safety });
  try {
    return root.openDirectory(TRASH_NAME);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  } finally {
    root.close();
  }
}
