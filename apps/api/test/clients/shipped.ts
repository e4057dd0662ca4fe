import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The text of a file in `deploy/`. */
function shipped(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../../deploy/${path}`, import.meta.url)), "utf8");
}

/**
 * Writes a shipped configuration into a directory with only its addresses and intervals replaced, and returns the path.
 * Throws when a text to be replaced is not in it: then it is not the shipped file that would be tested.
 */
export function writeShipped(path: string, directory: string, replaced: Readonly<Record<string, string>>): string {
  let text = shipped(path);
  for (const [from, to] of Object.entries(replaced)) {
    if (!text.includes(from)) throw new Error(`deploy/${path} does not say ${JSON.stringify(from)}`);
    text = text.replaceAll(from, to);
  }
  const copy = join(directory, basename(path));
  writeFileSync(copy, text);
  return copy;
}
