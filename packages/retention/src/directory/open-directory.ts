import { close, closeSync, constants, fstatSync, fsync, openSync } from "node:fs";
import { promisify } from "node:util";
import type { Safety } from "../safety.js";
import { canUseHandles } from "./can-use-handles.js";
import type { DirectoryHandle, OpenedDirectory } from "./directory-handle.js";
import { readMountId } from "./read-mount-id.js";

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const syncFile = promisify(fsync);
const closeFile = promisify(close);

/** How a directory is opened. */
export interface OpenDirectoryOptions {
  /** Default `handles` where the system has them, else `path`. */
  readonly safety?: Safety | undefined;
}

/** Opens a directory, following no link in its last name; throws the system's error, `ENOTDIR` or `ELOOP` for a link. */
export function openDirectory(path: string, { safety = bestSafety() }: OpenDirectoryOptions = {}): DirectoryHandle {
  return openAt(Buffer.from(path), safety);
}

function bestSafety(): Safety {
  return canUseHandles() ? "handles" : "path";
}

function openAt(path: Buffer, safety: Safety): DirectoryHandle {
  const fd = openSync(path, FLAGS);
  // The kernel resolves this to the open directory itself, wherever it was moved and whatever now has its name; the dot
  // makes calls that do not follow links see the directory and not the link.
  return useDirectory({ fd, safety, rawPath: safety === "handles" ? leadingTo(fd) : path });
}

function leadingTo(fd: number): Buffer {
  return Buffer.from(`/proc/self/fd/${fd}/.`);
}

/** A directory that is open already, in this thread or another, and has this name in that one. */
export function openedIn(parent: DirectoryHandle, { fd, name }: { fd: number; name: string }): DirectoryHandle {
  const { safety } = parent;
  return useDirectory({ fd, safety, rawPath: safety === "handles" ? leadingTo(fd) : parent.child(Buffer.from(name)) });
}

/** A directory that another thread has opened: that thread closes it, and keeps it open for as long as this is used. */
export function useDirectory({ fd, safety, rawPath }: OpenedDirectory): DirectoryHandle {
  const here = Buffer.from(rawPath);
  const path = here.toString();
  let isOpen = true;
  let mountId: string | null | undefined;
  return {
    safety,
    fd,
    path,
    rawPath: here,
    child: (name) => join({ path, rawPath: here }, name),
    openDirectory: (name) => openAt(join({ path, rawPath: here }, Buffer.from(name)), safety),
    stat: () => fstatSync(fd, { bigint: true }),
    mountId: () => {
      // Where an open directory is mounted never changes, and asking costs more than opening it.
      mountId ??= safety === "handles" ? readMountId(fd) : null;
      return mountId;
    },
    movedTo: (parent, name) => openedIn(parent, { fd, name }),
    sync: () => syncFile(fd),
    close: () => {
      if (isOpen) closeSync(fd);
      isOpen = false;
    },
    closeAside: async () => {
      const wasOpen = isOpen;
      isOpen = false;
      if (wasOpen) await closeFile(fd);
    },
  };
}

type Path = Pick<DirectoryHandle, "path" | "rawPath">;

/** The path of one entry, as text or bytes, whichever its name is. */
function join<Name extends string | Buffer>({ path, rawPath }: Path, name: Name): Name {
  if (!isOneName(name)) throw new TypeError(`${JSON.stringify(name.toString())} is not the name of one entry`);
  return (typeof name === "string" ? `${path}/${name}` : Buffer.concat([rawPath, SLASH, name])) as Name;
}

const SLASH = Buffer.from("/");

function isOneName(name: string | Buffer): boolean {
  if (name.length === 0 || name.includes("/") || name.includes("\0")) return false;
  return name.length > 2 || ![".", ".."].includes(name.toString());
}
