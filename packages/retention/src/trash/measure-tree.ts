import { lstatSync } from "node:fs";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { namesIn } from "../directory/names-in.js";
import type { Steps } from "../turns.js";

// Deeper down nothing is counted: it is an estimate, and each level holds a descriptor.
const MAX_DEPTH = 64;

/**
 * How many bytes deleting what is in a directory would free, in steps that pause after each entry. Follows no
 * link; throws the system's error for what cannot be read.
 */
export function* measureTree(directory: DirectoryHandle, depth = 0): Steps<number> {
  let bytes = 0;
  const below: (string | Buffer)[] = [];
  for (const name of namesIn(directory)) {
    const stats = lstatSync(directory.child(name), { throwIfNoEntry: false });
    if (stats?.isDirectory()) below.push(name);
    else if (stats?.nlink === 1) bytes += stats.blocks * 512;
    yield;
  }
  for (const name of depth < MAX_DEPTH ? below : []) bytes += yield* measureBelow(directory, { name, depth });
  return bytes;
}

function* measureBelow(
  parent: DirectoryHandle,
  { name, depth }: { name: string | Buffer; depth: number },
): Steps<number> {
  const directory = parent.openDirectory(name);
  try {
    return yield* measureTree(directory, depth + 1);
  } finally {
    directory.close();
  }
}
