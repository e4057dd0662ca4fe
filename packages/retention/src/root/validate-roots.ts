import { realpath } from "node:fs/promises";
import { RootRefusedError } from "../errors.js";
import { isSameDirectory, type RootIdentity } from "../identity.js";
import { type ValidateRootOptions, validateRoot } from "./validate-root.js";

/**
 * Checks the roots of all targets that run on this machine, each as `validateRoot` does, and that no two overlap: a
 * session of one target could be the root of another.
 *
 * @throws {@link RootRefusedError} for the first that is refused.
 */
export async function validateRoots(
  targets: readonly { readonly name: string; readonly root: string }[],
  options: ValidateRootOptions = {},
): Promise<void> {
  const seen: Seen[] = [];
  for (const { name, root } of targets) {
    const identity = await validateRoot({ root }, options);
    const here = { name, identity, real: await realpath(root) };
    for (const other of seen) refuseOverlap(here, other);
    seen.push(here);
  }
}

interface Seen {
  readonly name: string;
  readonly identity: RootIdentity;
  readonly real: string;
}

function refuseOverlap(here: Seen, other: Seen): void {
  // The same directory may be mounted at two paths, which no comparison of paths would show.
  const overlaps = isSameDirectory(here.identity, other.identity) || isIn(here, other) || isIn(other, here);
  if (!overlaps) return;
  const why = `it overlaps ${JSON.stringify(other.identity.path)}, the root of target ${JSON.stringify(other.name)}`;
  throw new RootRefusedError(here.identity.path, { rule: "overlap", why });
}

function isIn(inner: Seen, outer: Seen): boolean {
  return inner.real.startsWith(`${outer.real}/`);
}
