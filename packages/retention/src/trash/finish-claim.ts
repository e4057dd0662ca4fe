import { join } from "node:path";
import { type FailureCode, failureCodeOf } from "../failure-code.js";
import { hasMountInside } from "../mount-points.js";
import type { Step } from "../step.js";
import { deleteTree } from "./delete-tree.js";
import { removeSidecar } from "./sidecar.js";

/** A claimed session in the trash. */
export interface Claim {
  readonly trash: string;
  readonly claimId: string;
  readonly markerName: string;
}

/** How a claim ended. `kept` is whole in its place, `in_trash` is not finished; `code` says why, `ok` when all went well. */
export interface ClaimResult {
  readonly result: "deleted" | "kept" | "trashed" | "in_trash";
  readonly code: ClaimCode;
  readonly bytesFreed: number;
}

/** Why a claim ended as it did: `interrupted` and `found_gone` are what a crash leaves to be settled. */
export type ClaimCode = FailureCode | "ok" | "interrupted" | "found_gone" | "recovered";

/** Deletes a claimed session and, once nothing of it is left, its sidecar; what cannot be deleted stays with its code. */
export async function finishClaim(claim: Claim, onStep: (step: Step) => void): Promise<ClaimResult> {
  const path = join(claim.trash, claim.claimId);
  // Asked here too, since a claim may have waited in the trash: deleting would empty what a mount shows.
  if (hasMountInside(path)) return { result: "in_trash", code: "mount_inside", bytesFreed: 0 };
  const { bytesFreed, error } = await deleteTree(path, {
    markerName: claim.markerName,
    onFileDeleted: () => onStep("file_deleted"),
  });
  if (error !== null) return { result: "in_trash", code: failureCodeOf(error), bytesFreed };
  onStep("deleted");
  return { ...closeClaim(claim, onStep), bytesFreed };
}

function closeClaim({ trash, claimId }: Claim, onStep: (step: Step) => void): Omit<ClaimResult, "bytesFreed"> {
  try {
    removeSidecar(trash, claimId);
  } catch (error) {
    return { result: "in_trash", code: failureCodeOf(error) };
  }
  onStep("sidecar_removed");
  return { result: "deleted", code: "ok" };
}
