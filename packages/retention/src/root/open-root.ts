import type { DirectoryHandle } from "../directory/directory-handle.js";
import { openDirectory } from "../directory/open-directory.js";
import { RootRefusedError } from "../errors.js";
import { identityOf, isSameDirectory, type RootIdentity } from "../identity.js";
import type { Safety } from "../safety.js";
import { openTrashIn } from "../trash/open-trash.js";
import { refuseSharedRoot } from "./refuse-shared-root.js";
import { readRootIdentity } from "./root-identity.js";

/** A root and its trash, held open. */
export interface OpenRoot {
  readonly identity: RootIdentity;
  readonly root: DirectoryHandle;
  readonly trash: DirectoryHandle;
  close(): void;
}

/**
 * Opens a root, and its trash, which is made when missing.
 *
 * @throws {@link RootRefusedError}, also for a root others can write to where it is reached by `path`, and
 * {@link TrashRefusedError}.
 */
export function openRoot(path: string, safety: Safety | undefined): OpenRoot {
  const identity = readRootIdentity(path);
  const root = open(path, safety);
  try {
    refuseUnsafe(root, identity);
    const trash = openTrashIn(root, path);
    const close = () => {
      trash.close();
      root.close();
    };
    return { identity, root, trash, close };
  } catch (error) {
    root.close();
    throw error;
  }
}

function open(path: string, safety: Safety | undefined): DirectoryHandle {
  try {
    return openDirectory(path, { safety });
  } catch (cause) {
    throw new RootRefusedError(path, { rule: "unreadable", why: "it cannot be opened", cause });
  }
}

function refuseUnsafe(root: DirectoryHandle, { path, ...identity }: RootIdentity): void {
  const stats = root.stat();
  if (!isSameDirectory(identityOf(stats), identity)) {
    throw new RootRefusedError(path, { rule: "symlink", why: "another directory took its place just now" });
  }
  if (root.safety === "path") refuseSharedRoot(path, stats);
}
