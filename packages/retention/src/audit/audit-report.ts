import type { Outcome } from "../journal.js";
import type { EntryCounts } from "../scan/count-entries.js";
import type { AuditCode } from "./audit-codes.js";

/** Something about which journal and disk do not agree. */
export interface Disagreement {
  readonly code: AuditCode;
  /** The session's name, or the name in the trash where nobody knows it. */
  readonly id: string;
  /** Its place in the trash; `null` where it is about none. */
  readonly claimId: string | null;
}

/** What an audit found. */
export interface AuditReport {
  readonly target: string;
  readonly root: string;
  /** Every entry of the root by its code, each marker read. */
  readonly counts: Omit<EntryCounts, "caretaker" | "unread">;
  /** The claims the journal knows of, by how they ended; `open`: not yet. */
  readonly claims: Readonly<Record<Exclude<Outcome["result"], "in_trash"> | "open", number>>;
  /** Claims in the trash. */
  readonly inTrash: number;
  /** The first `MAX_DISAGREEMENTS` of them. */
  readonly disagreements: readonly Disagreement[];
  readonly disagreementCount: number;
}

/** More disagreements than these are only counted: a root that is another one disagrees about everything. */
export const MAX_DISAGREEMENTS = 10_000;
