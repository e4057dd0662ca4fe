import type { OwnedEntry, SessionEntry, UnknownEntry } from "./classified-entry.js";
import type { RootIdentity } from "./identity.js";
import type { Policy } from "./policy.js";
import type { ReadonlyList } from "./readonly-list.js";
import type { DeleteRule, KeepRule } from "./rule.js";

/** One entry that stays, and the rule that keeps it. */
export interface Kept {
  readonly action: "keep";
  readonly rule: KeepRule;
  readonly entry: SessionEntry | UnknownEntry;
}

/** One session that goes, and the rule that says so. */
export interface Candidate {
  readonly action: "delete";
  readonly rule: DeleteRule;
  readonly entry: OwnedEntry;
}

/** One entry and what becomes of it. */
export type Decision = Kept | Candidate;

/** A mark that deleting every session the rules allow does not reach, and by how much. */
export interface Shortfall {
  readonly mark: "max_bytes" | "min_free";
  readonly bytes: number;
}

/** What a run would do, entry by entry: sessions oldest first by the time in the name, ties by name, unknown last. */
export interface CleanupPlan {
  /** SHA-256 in hex of the root's identity, the policy and the candidates' identities. */
  readonly id: string;
  readonly root: RootIdentity;
  readonly policy: Policy;
  readonly decisions: ReadonlyList<Decision>;
  /** The decisions that delete, oldest first. */
  readonly candidates: ReadonlyList<Candidate>;
  readonly shortfalls: readonly Shortfall[];
}
