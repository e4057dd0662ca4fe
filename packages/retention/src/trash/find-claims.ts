import type { DirectoryHandle } from "../directory/directory-handle.js";
import { createTurns } from "../turns.js";
import { readSidecar } from "./keep-sidecar.js";
import { hasClaim, listBatches } from "./list-batches.js";
import type { ClaimRecord, Sidecar } from "./sidecar.js";

/** A claim that is in the trash with its record. */
export interface FoundClaim {
  readonly record: ClaimRecord;
  readonly sidecar: Sidecar;
}

/** Every claim that is in a trash and recorded there, one sidecar at a time. Throws the system's error. */
export async function* findClaims(trash: DirectoryHandle): AsyncGenerator<FoundClaim> {
  const { batches } = await listBatches(trash);
  const turns = createTurns();
  for (const batch of batches.values()) {
    const sidecar = batch.hasSidecar ? readSidecar(trash, batch.batchId) : null;
    for (const record of sidecar?.claims ?? []) {
      if (sidecar !== null && hasClaim(batch, record.claimId)) yield { record, sidecar };
    }
    await turns.next();
  }
}
