import type { OwnedEntry, UnknownEntry } from "./classified-entry.js";
import type { RootIdentity } from "./identity.js";
import type { Policy } from "./policy.js";
import type { DeleteRule, KeepRule } from "./rule.js";

/** One entry and what becomes of it. */
export type Decision =
  | { readonly action: "keep"; readonly rule: KeepRule; readonly entry: OwnedEntry | UnknownEntry }
  | { readonly action: "delete"; readonly rule: DeleteRule; readonly entry: OwnedEntry };

/** What a run would do, entry by entry: sessions oldest first by the time in the name, ties by name, unknown last. */
export interface CleanupPlan {
  /** SHA-256 in hex of the root's identity, the policy and the candidates' identities. */
  readonly id: string;
  readonly root: RootIdentity;
  readonly policy: Policy;
  readonly decisions: readonly Decision[];
}
