import type { BigIntStats } from "node:fs";
import type { Safety } from "../safety.js";

/**
 * An open directory. What is done below it is done one name at a time, so that with `handles` nobody who swaps a
 * directory for a link on the way can lead it anywhere else.
 */
export interface DirectoryHandle {
  readonly safety: Safety;
  /** Shared with this process's threads; closed by {@link DirectoryHandle.close} alone. */
  readonly fd: number;
  /** The directory itself, for calls that take a path; with `handles` valid in this process and while it is open. */
  readonly path: string;
  /** The same in bytes: with `path`, a name on the way need not be UTF-8. */
  readonly rawPath: Buffer;
  /** The path of one entry, to be used in one call; throws a `TypeError` for what is not exactly one name. */
  child<Name extends string | Buffer>(name: Name): Name;
  /** Opens a directory in it, following no link; throws the system's error, `ENOTDIR` or `ELOOP` for a link. */
  openDirectory(name: string | Buffer): DirectoryHandle;
  stat(): BigIntStats;
  /** The same directory, renamed to this name in that one: to be used, and closed, instead of this from then on. */
  movedTo(parent: DirectoryHandle, name: string): DirectoryHandle;
  /** Which mount it is on: a bind mount has the device of what it shows, but never its mount. `null` with `path`. */
  mountId(): string | null;
  /** Makes the names in it survive a power cut; does not block this thread. */
  sync(): Promise<void>;
  /** Calling it again does nothing. */
  close(): void;
  /** The same without holding up this thread: whoever closes the last of a directory that is gone waits for its blocks. */
  closeAside(): Promise<void>;
}

/** What another thread of this process needs to use a directory that this one has opened. */
export type OpenedDirectory = Pick<DirectoryHandle, "fd" | "safety"> & { readonly rawPath: Uint8Array };
