import { opendirSync } from "node:fs";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { createTurns } from "../turns.js";
import { BALLAST_NAME, batchOf, LOCK_NAME, SIDECAR_SUFFIX, UNFINISHED_SUFFIX } from "./trash-name.js";

/** What of one batch is in the trash. */
export interface BatchInTrash {
  readonly batchId: string;
  hasSidecar: boolean;
  /** Which of its claims are there, one bit each: a million of them fit. */
  claims: bigint;
}

/** What is in a trash. */
export interface TrashListing {
  /** By their id. */
  readonly batches: ReadonlyMap<string, BatchInTrash>;
  /** What a crash left of writing a sidecar: its sessions were never moved, or the sidecar before it still stands. */
  readonly unfinished: readonly string[];
  /** Names that are none of ours. */
  readonly strays: readonly string[];
}

/** Lists a trash as it is read. Throws the system's error. */
export async function listBatches(trash: DirectoryHandle): Promise<TrashListing> {
  const batches = new Map<string, BatchInTrash>();
  const strays: string[] = [];
  const unfinished: string[] = [];
  const turns = createTurns();
  const listing = opendirSync(trash.rawPath, { bufferSize: 256 });
  try {
    for (let entry = listing.readSync(); entry !== null; entry = listing.readSync()) {
      sort(entry.name, { batches, strays, unfinished });
      await turns.next();
    }
  } finally {
    listing.closeSync();
  }
  return { batches, strays, unfinished };
}

interface Sorting {
  readonly batches: Map<string, BatchInTrash>;
  readonly strays: string[];
  readonly unfinished: string[];
}

function sort(name: string, { batches, strays, unfinished }: Sorting): void {
  if (name.endsWith(UNFINISHED_SUFFIX)) unfinished.push(name);
  // The lock's database may have a journal beside it.
  if (name.endsWith(UNFINISHED_SUFFIX) || name.startsWith(LOCK_NAME) || name === BALLAST_NAME) return;
  const isSidecar = name.endsWith(SIDECAR_SUFFIX);
  const claimId = isSidecar ? name.slice(0, -SIDECAR_SUFFIX.length) : name;
  const batchId = batchOf(claimId);
  if (batchId === null || (isSidecar && batchId !== claimId)) return void strays.push(name);
  const batch = batches.get(batchId) ?? { batchId, hasSidecar: false, claims: 0n };
  if (isSidecar) batch.hasSidecar = true;
  else batch.claims |= bitOf(claimId, batchId);
  batches.set(batchId, batch);
}

/** Whether this claim was listed. */
export function hasClaim(batch: BatchInTrash | undefined, claimId: string): boolean {
  return batch !== undefined && (batch.claims & bitOf(claimId, batch.batchId)) !== 0n;
}

/** Takes a claim out of the listing, once it is known. */
export function forgetClaim(batch: BatchInTrash | undefined, claimId: string): void {
  if (batch !== undefined) batch.claims &= ~bitOf(claimId, batch.batchId);
}

/** The names of the claims that were listed. */
export function claimsOf({ batchId, claims }: BatchInTrash): string[] {
  const bits = claims.toString(2).split("").reverse();
  return bits.flatMap((bit, index) => (bit === "1" ? [index === 0 ? batchId : `${batchId}.${index - 1}`] : []));
}

// The first bit is for a claim that has its batch's own name.
function bitOf(claimId: string, batchId: string): bigint {
  return claimId === batchId ? 1n : 1n << BigInt(Number(claimId.slice(batchId.length + 1)) + 1);
}
