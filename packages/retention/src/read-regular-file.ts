import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { errnoOf } from "./errno.js";

/** The bytes of a file, or why there are none. */
export type FileReading =
  | { readonly status: "read"; readonly bytes: Uint8Array }
  | { readonly status: "missing" | "not_a_file" | "too_large" | "unreadable" };

// A FIFO opened the plain way blocks for ever, and four of them stop a whole process; a link would read another file.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Reads a regular file of at most `maxBytes`, following no link and never waiting; use it in rules of your own. */
export function readRegularFile(path: string, maxBytes: number): FileReading {
  try {
    // Asked before opening, because merely opening some devices does something.
    if (!lstatSync(path).isFile()) return { status: "not_a_file" };
    return readOpened(openSync(path, FLAGS), maxBytes);
  } catch (error) {
    return { status: STATUS[errnoOf(error)] ?? "unreadable" };
  }
}

const STATUS: Readonly<Record<string, "missing" | "not_a_file">> = {
  ENOENT: "missing",
  ELOOP: "not_a_file",
  ENXIO: "not_a_file",
};

function readOpened(fd: number, maxBytes: number): FileReading {
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return { status: "not_a_file" };
    return readCapped(fd, { stats, maxBytes });
  } finally {
    closeSync(fd);
  }
}

function readCapped(fd: number, { stats, maxBytes }: { stats: Stats; maxBytes: number }): FileReading {
  if (stats.size > maxBytes) return { status: "too_large" };
  // One byte more than expected, so that a file that grows meanwhile is noticed instead of cut off.
  const buffer = Buffer.allocUnsafe(stats.size + 1);
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(fd, buffer, length, buffer.length - length, null);
    length += read;
    if (read === 0 || length === stats.size) return { status: "read", bytes: buffer.subarray(0, length) };
  }
  return { status: "unreadable" };
}
