import { readDiskSpace } from "../root/disk-space.js";
import { readSidecar } from "../trash/keep-sidecar.js";
import { type BatchInTrash, hasClaim, type TrashListing } from "../trash/list-batches.js";
import { type ClaimRecord, isWaiting, type Sidecar } from "../trash/sidecar.js";
import { createTurns } from "../turns.js";
import { judgeSafely } from "./judge-claim.js";
import { purgeNow } from "./settle-batch.js";
import type { SettleContext } from "./settle-context.js";

/** Purges what waits in the trash, the longest there first, until the room that was asked for is free. */
export async function purgeEarly(listing: TrashListing, context: SettleContext): Promise<void> {
  if (missingBytes(context) <= 0 || context.counts.waiting === 0) return;
  for (const { batch } of await byAge(listing, context)) {
    if (context.options.signal?.aborted === true) return;
    await purgeBatch(batch, context);
    if (missingBytes(context) <= 0) return;
  }
}

// Measured, not reckoned: a file that somebody still has open frees nothing.
function missingBytes({ open, options }: SettleContext): number {
  const wanted = options.purge?.untilFreeBytes ?? 0;
  return wanted === 0 ? 0 : wanted - readDiskSpace(open.root.path).freeBytes;
}

interface AgedBatch {
  readonly batch: BatchInTrash;
  readonly claimedAtMs: number;
}

async function byAge({ batches }: TrashListing, { open }: SettleContext): Promise<AgedBatch[]> {
  const aged: AgedBatch[] = [];
  const turns = createTurns();
  for (const batch of batches.values()) {
    const waiting = waitingIn(readSidecar(open.trash, batch.batchId), batch);
    const claimedAtMs = Math.min(...waiting.map((record) => record.claimedAtMs));
    if (waiting.length > 0) aged.push({ batch, claimedAtMs });
    await turns.next();
  }
  return aged.sort((one, other) => one.claimedAtMs - other.claimedAtMs || compare(one.batch, other.batch));
}

function compare(one: BatchInTrash, other: BatchInTrash): number {
  return one.batchId < other.batchId ? -1 : 1;
}

function waitingIn(sidecar: Sidecar | null, batch: BatchInTrash): ClaimRecord[] {
  return (sidecar?.claims ?? []).filter((record) => isWaiting(record) && hasClaim(batch, record.claimId));
}

/** Takes the claims of a batch in their order, as few at a time as are expected to do. */
async function purgeBatch(batch: BatchInTrash, context: SettleContext): Promise<void> {
  for (let missing = missingBytes(context); missing > 0; missing = missingBytes(context)) {
    const sidecar = readSidecar(context.open.trash, batch.batchId);
    const waiting = waitingIn(sidecar, batch).filter((record) => mayBePurged(record, context));
    const chosen = enough(waiting, missing);
    if (sidecar === null || chosen.length === 0 || context.options.signal?.aborted === true) return;
    discount(waitingIn(sidecar, batch), context);
    await purgeNow(new Set(chosen.map(({ claimId }) => claimId)), { sidecar, context });
    if (isStuck(chosen, { batch, context })) return;
  }
}

// Its time may be over already and only a hold keep it; what waits because of one waits on.
function mayBePurged(record: ClaimRecord, context: SettleContext): boolean {
  const due = { ...record, purgeAfterMs: Number.NEGATIVE_INFINITY };
  return judgeSafely(due, { isPresent: true, context }).fate === "purge";
}

function enough(waiting: readonly ClaimRecord[], missing: number): ClaimRecord[] {
  let bytes = 0;
  return waiting.filter((record) => {
    const isNeeded = bytes < missing;
    if (isNeeded) bytes += record.bytes ?? 0;
    return isNeeded;
  });
}

/** What is left of them is counted anew. */
function discount(waiting: readonly ClaimRecord[], { counts }: SettleContext): void {
  counts.waiting -= waiting.length;
  counts.waitingBytes -= waiting.reduce((bytes, record) => bytes + (record.bytes ?? 0), 0);
}

// A trash that cannot even be marked would be gone through for ever.
function isStuck(
  chosen: readonly ClaimRecord[],
  { batch, context }: { batch: BatchInTrash; context: SettleContext },
): boolean {
  const left = new Set(waitingIn(readSidecar(context.open.trash, batch.batchId), batch).map(({ claimId }) => claimId));
  return chosen.some(({ claimId }) => left.has(claimId));
}
