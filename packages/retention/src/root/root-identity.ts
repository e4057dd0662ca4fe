import { lstatSync } from "node:fs";
import { RootRefusedError } from "../errors.js";
import { identityOf, type RootIdentity } from "../identity.js";

/**
 * Which directory stands at this path now.
 *
 * @throws {@link RootRefusedError} when it is missing, a link, or not a directory.
 */
export function readRootIdentity(path: string): RootIdentity {
  const stats = lstat(path);
  if (stats === undefined) throw new RootRefusedError(path, { rule: "missing", why: "nothing is there" });
  if (stats.isSymbolicLink()) {
    throw new RootRefusedError(path, { rule: "symlink", why: "it is a symbolic link; name the directory itself" });
  }
  if (!stats.isDirectory()) throw new RootRefusedError(path, { rule: "not_a_directory", why: "it is not a directory" });
  return { path, ...identityOf(stats) };
}

function lstat(path: string) {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (cause) {
    throw new RootRefusedError(path, { rule: "unreadable", why: "it cannot be read", cause });
  }
}
