import { lstatSync } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { RootRefusedError, type RootRule } from "../errors.js";
import type { RootIdentity } from "../identity.js";
import type { Safety } from "../safety.js";
import { homeDirectories } from "./home-directories.js";
import { readMountPoints } from "./mount-points.js";
import { refuseSharedRoot } from "./refuse-shared-root.js";
import { readRootIdentity } from "./root-identity.js";

/** What a root is checked against besides the system's own places. */
export interface ValidateRootOptions {
  /** Directories a root must not be or contain, for example the data directory with the database in it. */
  readonly forbiddenRoots?: readonly string[];
  /** How the root's files are going to be reached; by `path` they are safe only where nobody else can write. */
  readonly safety?: Safety;
}

/**
 * Checks that a target's root is a directory a cleanup may work in, and says which directory it is.
 *
 * @throws {@link RootRefusedError} when it is missing, not a real directory, `/`, a mount's top, or is or contains a
 * home directory or a forbidden one, or others may write to it where files are reached by path (retention.md §3, §4).
 */
export async function validateRoot(
  target: { readonly root: string },
  { forbiddenRoots = [], safety = "handles" }: ValidateRootOptions = {},
): Promise<RootIdentity> {
  const { root } = target;
  if (!isAbsolute(root)) throw new RootRefusedError(root, { rule: "not_absolute", why: "an absolute path is needed" });
  const identity = readRootIdentity(root);
  const real = await realpath(root);
  if (real === "/") throw new RootRefusedError(root, { rule: "file_system_root", why: "it is the whole file system" });
  await refuseContaining(root, real, {
    rule: "home_directory",
    what: "the home directory",
    paths: await homeDirectories(),
  });
  await refuseContaining(root, real, { rule: "forbidden", what: "the forbidden directory", paths: forbiddenRoots });
  if (await isMountPoint(real)) {
    throw new RootRefusedError(root, { rule: "mount_point", why: "it is a mount's top; name a directory below it" });
  }
  if (safety === "path") refuseSharedRoot(root, lstatSync(root, { bigint: true }));
  return identity;
}

interface Protected {
  readonly rule: RootRule;
  readonly what: string;
  readonly paths: readonly string[];
}

async function refuseContaining(root: string, real: string, { rule, what, paths }: Protected): Promise<void> {
  for (const path of paths) {
    const protectedPath = await realpath(path).catch(() => path);
    if (protectedPath !== real && !protectedPath.startsWith(`${real}/`)) continue;
    throw new RootRefusedError(root, { rule, why: `it is, or contains, ${what} ${JSON.stringify(path)}` });
  }
}

// The device differs at most mounts; a bind mount of the same device shows in the mount table only.
async function isMountPoint(real: string): Promise<boolean> {
  const [own, parent] = await Promise.all([lstat(real), lstat(dirname(real))]);
  return own.dev !== parent.dev || readMountPoints().includes(real);
}
