import { type BatchInTrash, claimsOf, hasClaim } from "../trash/list-batches.js";
import type { ClaimRecord, Sidecar } from "../trash/sidecar.js";
import { carryOut, type JudgedClaim } from "./carry-out.js";
import { type Judgement, judgeSafely } from "./judge-claim.js";
import type { SettleContext } from "./settle-context.js";

/** Judges each claim of a batch and carries that out; answers the claims in the trash that have no record. */
export async function settleBatch(
  sidecar: Sidecar,
  { batch, context }: { readonly batch: BatchInTrash; readonly context: SettleContext },
): Promise<string[]> {
  const judged = sidecar.claims.map((record): JudgedClaim => {
    const isPresent = hasClaim(batch, record.claimId);
    return { record, judgement: judgeSafely(record, { isPresent, context }) };
  });
  for (const { claimId } of sidecar.claims) context.unsettled.delete(claimId);
  await carryOut(judged, { sidecar, context });
  const recorded = new Set(sidecar.claims.map(({ claimId }) => claimId));
  return claimsOf(batch).filter((claimId) => !recorded.has(claimId));
}

/** Purges these claims of a batch though their time is not over; the others are left as they are. */
export async function purgeNow(
  claimIds: ReadonlySet<string>,
  { sidecar, context }: { readonly sidecar: Sidecar; readonly context: SettleContext },
): Promise<void> {
  const judgementOf = ({ claimId }: ClaimRecord): Judgement => ({ fate: claimIds.has(claimId) ? "purge" : "wait" });
  const judged = sidecar.claims.map((record): JudgedClaim => ({ record, judgement: judgementOf(record) }));
  await carryOut(judged, { sidecar, context });
}
