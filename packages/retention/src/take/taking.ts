import type { OwnedEntry } from "../classified-entry.js";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import type { ClaimResult } from "../session-result.js";
import type { ClaimRecord } from "../trash/sidecar.js";

/** One session of a batch on its way from its place to its end. */
export interface Taking {
  readonly id: string;
  readonly entry: OwnedEntry;
  record: ClaimRecord;
  /** Held open from the last look to the end, so that no other directory can get its inode. */
  session: DirectoryHandle | null;
  /** `null` until it has ended. */
  result: ClaimResult | null;
}

/** Whether it has not ended yet. */
export function isOpen({ result }: Taking): boolean {
  return result === null;
}

/** Notes how it ended, and tells of it. */
export function endTaking(
  taking: Taking,
  result: ClaimResult,
  { onEnd }: { readonly onEnd: (result: ClaimResult) => void },
): void {
  taking.result = result;
  onEnd(result);
}

/** Closes what is held open of them. */
export async function closeSessions(takings: readonly Taking[]): Promise<void> {
  await Promise.all(takings.map(({ session }) => session?.closeAside()));
}
