import type { Identity, RootIdentity } from "./identity.js";
import type { ReadonlyList } from "./readonly-list.js";

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
  /** Bytes of allocated blocks of what deleting it would free; `null` when nobody has measured it yet. */
  readonly bytes: number | null;
}

/** An entry named like a session of ours whose marker was not read, because no rule could come to delete it. */
export interface UnreadEntry {
  readonly kind: "unread";
  readonly id: string;
  readonly stampMs: number;
  readonly bytes: number | null;
}

/** An entry that is not provably ours, and why; it is never touched. */
export interface UnknownEntry {
  readonly kind: "unknown";
  /** The name for a person to read: bytes that are not UTF-8 are written `\xNN`. */
  readonly id: string;
  /** One of `REASONS`, or what a rule of the user's own answered. */
  readonly reason: string;
  readonly bytes: number | null;
}

/** What Caretaker itself keeps in a root, its trash and the root's own marker: no session, and never planned. */
export interface CaretakerEntry {
  readonly kind: "caretaker";
  readonly id: string;
}

/** A session by its name, read or not. */
export type SessionEntry = OwnedEntry | UnreadEntry;

/** One directory entry of a root: exactly one code each. */
export type ClassifiedEntry = SessionEntry | UnknownEntry | CaretakerEntry;

/** The file system a root is on, in bytes. */
export interface DiskSpace {
  /** What this process may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Everything a root holds, and which directory the root was. */
export interface Scan {
  readonly root: RootIdentity;
  readonly entries: ReadonlyList<ClassifiedEntry>;
  readonly disk: DiskSpace;
}
