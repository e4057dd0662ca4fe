import { type Dir, opendirSync, readdirSync } from "node:fs";
import type { DirectoryHandle } from "./directory-handle.js";

// A listing of this size has some thousand names at most: they are read in one go, which costs a third.
const MAX_BYTES_AT_ONCE = 65_536n;
// New names may come up in a listing that is being read: somebody who never stops adding must not hold a run for ever.
const MAX_NAMES = 1_000_000;
const NAMES_AT_ONCE = 64;

/**
 * The names in a directory: text, or bytes where one of them is not UTF-8. A large directory's as they are read, since
 * it may have millions, and of those a million at most; throws the system's error.
 */
export function namesIn(directory: DirectoryHandle): Iterable<string | Buffer> {
  return directory.stat().size > MAX_BYTES_AT_ONCE ? streamed(directory) : listed(directory);
}

function listed({ path, rawPath }: DirectoryHandle): readonly string[] | readonly Buffer[] {
  if (isNoText(path)) return readdirSync(rawPath, "buffer");
  const names = readdirSync(rawPath, "utf8");
  return names.some(isNoText) ? readdirSync(rawPath, "buffer") : names;
}

// By what stands for bytes that are no text; a name that has this character itself is bytes just as well.
function isNoText(name: string): boolean {
  return name.includes("\ufffd");
}

function* streamed(directory: DirectoryHandle): Generator<Buffer> {
  // Asked for bytes, the listing answers bytes, which its type does not say.
  const options = { encoding: "buffer" as BufferEncoding, bufferSize: NAMES_AT_ONCE };
  const listing: Dir = opendirSync(directory.rawPath, options);
  try {
    for (let count = 0; count < MAX_NAMES; count += 1) {
      const entry = listing.readSync();
      if (entry === null) return;
      yield entry.name as string | Buffer as Buffer;
    }
  } finally {
    listing.closeSync();
  }
}
