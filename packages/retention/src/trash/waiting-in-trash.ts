import { type Dir, opendirSync } from "node:fs";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { openDirectory } from "../directory/open-directory.js";
import { isMissing } from "../errno.js";
import type { Safety } from "../safety.js";
import { createTurns } from "../turns.js";
import { readSidecar } from "./keep-sidecar.js";
import { isWaiting } from "./sidecar.js";
import { SIDECAR_SUFFIX, TRASH_NAME } from "./trash-name.js";

/** How many sessions wait in a trash on purpose, and the bytes that were measured of them. */
export interface WaitingInTrash {
  readonly count: number;
  readonly bytes: number;
}

/** Counts by the sidecars what waits in the trash of a root. Reads only; throws the system's error. */
export async function waitingInTrash(root: string, safety: Safety): Promise<WaitingInTrash> {
  const directory = openDirectory(root, { safety });
  try {
    const trash = directory.openDirectory(TRASH_NAME);
    try {
      return await count(trash);
    } finally {
      trash.close();
    }
  } catch (error) {
    if (isMissing(error)) return { count: 0, bytes: 0 };
    throw error;
  } finally {
    directory.close();
  }
}

async function count(trash: DirectoryHandle): Promise<WaitingInTrash> {
  const waiting = { count: 0, bytes: 0 };
  const turns = createTurns();
  for (const name of namesIn(opendirSync(trash.rawPath))) {
    if (name.endsWith(SIDECAR_SUFFIX)) add(waiting, { trash, batchId: name.slice(0, -SIDECAR_SUFFIX.length) });
    await turns.next();
  }
  return waiting;
}

function* namesIn(listing: Dir): Iterable<string> {
  try {
    for (let entry = listing.readSync(); entry !== null; entry = listing.readSync()) yield entry.name;
  } finally {
    listing.closeSync();
  }
}

function add(
  waiting: { count: number; bytes: number },
  { trash, batchId }: { readonly trash: DirectoryHandle; readonly batchId: string },
): void {
  for (const record of readSidecar(trash, batchId)?.claims ?? []) {
    if (!isWaiting(record)) continue;
    waiting.count += 1;
    waiting.bytes += record.bytes ?? 0;
  }
}
