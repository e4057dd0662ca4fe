import type { Identity, RootIdentity } from "./identity.js";

/** A session that is ours. `owned` may be deleted by the policy; `active` and `held` never are. */
export interface OwnedEntry {
  readonly kind: "owned" | "active" | "held";
  /** The directory's name. */
  readonly id: string;
  readonly sessionId: string;
  /** The stamp in the name, read as if it were UTC, in ms since the epoch: the order of sessions. */
  readonly stampMs: number;
  /** The latest moment the marker speaks of, in ms since the epoch: `minAge` counts from here. */
  readonly latestMs: number;
  readonly identity: Identity;
}

/** An entry that is not provably ours, and why; it is never touched. */
export interface UnknownEntry {
  readonly kind: "unknown";
  /** The name for a person to read: bytes that are not UTF-8 are written `\xNN`. */
  readonly id: string;
  /** One of `REASONS`, or what a rule of the user's own answered. */
  readonly reason: string;
}

/** Our own trash directory: no session, and never planned. */
export interface TrashEntry {
  readonly kind: "trash";
  readonly id: string;
}

/** One directory entry of a root: exactly one code each. */
export type ClassifiedEntry = OwnedEntry | UnknownEntry | TrashEntry;

/** Everything a root holds, and which directory the root was. */
export interface Scan {
  readonly root: RootIdentity;
  readonly entries: readonly ClassifiedEntry[];
}
