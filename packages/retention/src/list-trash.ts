import type { DirectoryHandle } from "./directory/directory-handle.js";
import { openDirectory } from "./directory/open-directory.js";
import { isMissing } from "./errno.js";
import type { Safety } from "./safety.js";
import { findClaims } from "./trash/find-claims.js";
import { isWaiting } from "./trash/sidecar.js";
import { TRASH_NAME } from "./trash/trash-name.js";

/** A session in a root's trash. */
export interface TrashedSession {
  readonly claimId: string;
  /** The name it had, and would have again. */
  readonly id: string;
  readonly claimedAtMs: number;
  /** Until when it can be restored, in ms since the epoch; `null`: no more, it is being deleted. */
  readonly purgeAfterMs: number | null;
  /** Bytes of allocated blocks; `null` when nobody has measured it. */
  readonly bytes: number | null;
}

/** What is in a target's trash, the longest there first. Reads only, needs no lock; throws the system's error. */
export async function listTrash(
  { root }: { readonly root: string },
  { safety }: { readonly safety?: Safety | undefined } = {},
): Promise<readonly TrashedSession[]> {
  const trash = openTrash(root, safety);
  if (trash === null) return [];
  try {
    const sessions: TrashedSession[] = [];
    for await (const { record } of findClaims(trash)) {
      const { claimId, id, claimedAtMs, bytes } = record;
      sessions.push({ claimId, id, claimedAtMs, purgeAfterMs: isWaiting(record) ? record.purgeAfterMs : null, bytes });
    }
    return sessions.sort((one, other) => one.claimedAtMs - other.claimedAtMs || compare(one.id, other.id));
  } finally {
    trash.close();
  }
}

function openTrash(path: string, safety: Safety | undefined): DirectoryHandle | null {
  const root = openDirectory(path, { safety });
  try {
    return root.openDirectory(TRASH_NAME);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  } finally {
    root.close();
  }
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
