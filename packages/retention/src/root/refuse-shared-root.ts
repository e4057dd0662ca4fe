import type { BigIntStats } from "node:fs";
import { RootRefusedError } from "../errors.js";

/**
 * Makes sure that nobody else can write to a root whose files are reached by path: whoever can rename in it can put
 * another directory in a session's place between two steps.
 *
 * @throws {@link RootRefusedError}
 */
export function refuseSharedRoot(root: string, { uid, mode }: Pick<BigIntStats, "uid" | "mode">): void {
  const isOurs = uid === BigInt(process.geteuid?.() ?? uid);
  if (isOurs && (mode & 0o022n) === 0n) return;
  const why = isOurs ? "its group or others may write to it" : `it belongs to user ${uid}`;
  const need = "reached by path, only a root that nobody else can write to is safe";
  throw new RootRefusedError(root, { rule: "writable_by_others", why: `${why}; ${need}` });
}
