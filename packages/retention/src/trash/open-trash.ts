import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../errno.js";
import { TrashRefusedError } from "../errors.js";
import { TRASH_NAME } from "./trash-name.js";

/**
 * The path of a root's trash, made when missing: a real directory on the root's device, ours, mode 0700.
 *
 * @throws {@link TrashRefusedError} when something else stands there: what others can write to is no safe place.
 */
export function openTrash(root: string): string {
  const path = join(root, TRASH_NAME);
  make(path);
  const stats = lstatSync(path);
  if (!stats.isDirectory()) throw new TrashRefusedError(path, "it is not a directory");
  if (stats.dev !== lstatSync(root).dev) throw new TrashRefusedError(path, "it is on another device than the root");
  if (stats.uid !== (process.geteuid?.() ?? stats.uid)) {
    throw new TrashRefusedError(
      path,
      `it belongs to user ${stats.uid}; run as that user, or give the directory to this one`,
    );
  }
  if ((stats.mode & 0o077) !== 0) throw new TrashRefusedError(path, "others may enter it; its mode must be 0700");
  return path;
}

function make(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return;
    throw new TrashRefusedError(path, `it cannot be made (${errnoOf(error)})`, error);
  }
}
