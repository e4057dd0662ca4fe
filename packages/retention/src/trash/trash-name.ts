/** The directory in each root where claimed sessions wait: same device, mode 0700, never a session. */
export const TRASH_NAME = ".caretaker-trash";

/** The file in the trash that the lock on a root is taken on. */
export const LOCK_NAME = "lock.db";

/** The file in the trash that keeps room for one record. */
export const BALLAST_NAME = "ballast";

/** What a sidecar's name ends with, after its batch's id. */
export const SIDECAR_SUFFIX = ".json";

/** What the name of a sidecar that is still being written ends with. */
export const UNFINISHED_SUFFIX = ".json.tmp";

/** The batch a claim belongs to: the name of its sidecar without the suffix; `null` for what is no claim's name. */
export function batchOf(claimId: string): string | null {
  // Before there were batches, each claim had a sidecar of its own name.
  return /^([A-Za-z0-9][A-Za-z0-9._-]{0,63}-[0-9a-f]{16})(?:\.\d{1,4})?$/.exec(claimId)?.[1] ?? null;
}
