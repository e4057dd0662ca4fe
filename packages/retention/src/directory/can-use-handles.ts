import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import { identityOf, isSameDirectory } from "../identity.js";
import { readMountId } from "./read-mount-id.js";

let answer: boolean | undefined;

/** Whether this system reaches an open directory by `/proc/self/fd` and tells its mount; asked once. */
export function canUseHandles(): boolean {
  answer ??= process.platform === "linux" && probe();
  return answer;
}

function probe(): boolean {
  try {
    const fd = openSync("/", constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      return leadsBack(fd) && readMountId(fd) !== null;
    } finally {
      closeSync(fd);
    }
  } catch {
    // No /proc, or one that hides this: the path fallback does the same steps.
    return false;
  }
}

function leadsBack(fd: number): boolean {
  const seen = lstatSync(`/proc/self/fd/${fd}/.`, { bigint: true });
  return isSameDirectory(identityOf(seen), identityOf(fstatSync(fd, { bigint: true })));
}
