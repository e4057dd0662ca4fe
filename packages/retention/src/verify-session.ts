import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import type { OwnedEntry } from "./classified-entry.js";
import { type ClassifyContext, classifyEntry } from "./classify.js";
import { type FailureCode, failureCodeOf } from "./failure-code.js";
import { identityOf, isSameDirectory } from "./identity.js";
import { hasMountInside } from "./mount-points.js";

/** A planned session, seen again: held open so that no other directory can get its inode, or why it must be left alone. */
export type Verified =
  | { readonly status: "same"; readonly close: () => void }
  | { readonly status: "refused"; readonly code: FailureCode };

/** Looks at a planned session once more, right before it is claimed: the same directory, still owned, nothing mounted in it. */
export function verifySession(planned: OwnedEntry, context: ClassifyContext): Verified {
  try {
    const fd = openSync(join(context.root.path, planned.id), FLAGS);
    const code = judge(fd, planned, context);
    if (code === null) return { status: "same", close: () => closeSync(fd) };
    closeSync(fd);
    return { status: "refused", code };
  } catch (error) {
    return { status: "refused", code: failureCodeOf(error) };
  }
}

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

function judge(fd: number, planned: OwnedEntry, context: ClassifyContext): FailureCode | null {
  if (!isSameDirectory(identityOf(fstatSync(fd, { bigint: true })), planned.identity)) return "changed";
  const difference = differenceNow(planned, context);
  if (difference !== null) return difference;
  return hasMountInside(join(context.root.path, planned.id)) ? "mount_inside" : null;
}

function differenceNow(planned: OwnedEntry, context: ClassifyContext): FailureCode | null {
  const now = classifyEntry(Buffer.from(planned.id), context);
  if (now === null) return "vanished";
  if (now.kind === "held" || now.kind === "active") return now.kind;
  if (now.kind !== "owned" || !isSameDirectory(now.identity, planned.identity)) return "changed";
  return now.identity.markerDigest === planned.identity.markerDigest ? null : "changed";
}
