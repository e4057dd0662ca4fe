import { closeSync, constants, fstatSync, fsync, openSync } from "node:fs";
import { promisify } from "node:util";
import type { Safety } from "../safety.js";
import { canUseHandles } from "./can-use-handles.js";
import type { DirectoryHandle, OpenedDirectory } from "./directory-handle.js";
import { readMountId } from "./read-mount-id.js";

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const syncFile = promisify(fsync);

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
  return useDirectory({ fd, safety, rawPath: safety === "handles" ? Buffer.from(`/proc/self/fd/${fd}/.`) : path });
}

/** A directory that another thread has opened: that thread closes it, and keeps it open for as long as this is used. */
export function useDirectory({ fd, safety, rawPath }: OpenedDirectory): DirectoryHandle {
  const here = Buffer.from(rawPath);
  const child = <Name extends string | Buffer>(name: Name): Name => join(here, name);
  let isOpen = true;
  return {
    safety,
    fd,
    path: here.toString(),
    rawPath: here,
    child,
    openDirectory: (name) => openAt(join(here, Buffer.from(name)), safety),
    stat: () => fstatSync(fd, { bigint: true }),
    mountId: () => (safety === "handles" ? readMountId(fd) : null),
    sync: () => syncFile(fd),
    close: () => {
      if (isOpen) closeSync(fd);
      isOpen = false;
    },
  };
}

/** The path of one entry, as text or bytes, whichever its name is. */
function join<Name extends string | Buffer>(directory: Buffer, name: Name): Name {
  const isOne = typeof name === "string" ? isOneName(Buffer.from(name)) : isOneName(name);
  if (!isOne) throw new TypeError(`${JSON.stringify(name.toString())} is not the name of one entry`);
  const path = typeof name === "string" ? `${directory}/${name}` : Buffer.concat([directory, SLASH, name]);
  return path as Name;
}

const SLASH = Buffer.from("/");

function isOneName(name: Buffer): boolean {
  return name.length > 0 && !name.includes("/") && !name.includes(0) && !name.equals(DOT) && !name.equals(DOT_DOT);
}

const DOT = Buffer.from(".");
const DOT_DOT = Buffer.from("..");
