import type { DirectoryHandle } from "./directory/directory-handle.js";
import { openDirectory } from "./directory/open-directory.js";
import { RootRefusedError } from "./errors.js";
import { identityOf, isSameDirectory, type RootIdentity } from "./identity.js";
import { readRootIdentity } from "./root-identity.js";
import type { Safety } from "./safety.js";
import { openTrashIn } from "./trash/open-trash.js";

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
  if (root.safety === "handles") return;
  const isOurs = stats.uid === BigInt(process.geteuid?.() ?? stats.uid);
  if (isOurs && (stats.mode & 0o022n) === 0n) return;
  const why = isOurs ? "its group or others may write to it" : `it belongs to user ${stats.uid}`;
  const need = "reached by path, only a root that nobody else can write to is safe";
  throw new RootRefusedError(path, { rule: "writable_by_others", why: `${why}; ${need}` });
}
