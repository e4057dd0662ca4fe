import type { Safety } from "../safety.js";
import { findClaims } from "./find-claims.js";
import { findTrash } from "./find-trash.js";
import { isWaiting } from "./sidecar.js";

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
  const trash = findTrash(root, safety);
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

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
