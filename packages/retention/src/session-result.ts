import type { FailureCode } from "./failure-code.js";

/** How a claim ended. `kept` is whole in its place, `in_trash` is not finished; `code` says why, `ok` when all went well. */
export interface ClaimResult {
  readonly result: "deleted" | "kept" | "trashed" | "restored" | "in_trash";
  readonly code: ClaimCode;
  readonly bytesFreed: number;
}

/**
 * Why a claim ended as it did: `interrupted`, `found_gone` and `recovered` are what a stop or a crash leaves, `purged`
 * had waited in the trash.
 */
export type ClaimCode = FailureCode | "ok" | "interrupted" | "found_gone" | "recovered" | "purged";

/** How one session ended, by its directory name. */
export interface SessionResult extends ClaimResult {
  readonly id: string;
}
