import { randomBytes, randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRegularFile } from "./read-regular-file.js";
import { syncDirectory } from "./sync-directory.js";
import { openTrash } from "./trash/open-trash.js";
import { UNFINISHED_SUFFIX } from "./trash/sidecar.js";

/** The file in each root that says which root it is: an unmounted disk leaves a directory without it. */
export const ROOT_MARKER_NAME = ".caretaker-root.json";

/** What stands where a root's marker belongs; `another` is a thing that Caretaker did not write. */
export type RootMarker =
  | { readonly status: "ours"; readonly rootId: string }
  | { readonly status: "missing" }
  | { readonly status: "another" };

// Ours is about 70 bytes.
const MAX_BYTES = 4_096;
const ROOT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads a root's marker, following no link and never waiting; what cannot be read is another's. */
export function readRootMarker(root: string): RootMarker {
  const reading = readRegularFile(join(root, ROOT_MARKER_NAME), MAX_BYTES);
  if (reading.status === "missing") return { status: "missing" };
  const rootId = reading.status === "read" ? parse(reading.bytes) : null;
  return rootId === null ? { status: "another" } : { status: "ours", rootId };
}

function parse(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const { schema, rootId } = JSON.parse(text) as { schema?: unknown; rootId?: unknown };
    return schema === 1 && typeof rootId === "string" && ROOT_ID.test(rootId) ? rootId : null;
  } catch {
    // Not UTF-8, not JSON or `null`: not written by us, which is an answer here.
    return null;
  }
}

/**
 * Gives a root a new id, in place of whatever file stood there; returns once it would survive a power cut.
 *
 * @throws {@link TrashRefusedError}, or the system's error, for example when a directory stands in its place.
 */
export function writeRootMarker(root: string): string {
  const rootId = randomUUID();
  // Begun in the trash: nobody else may write there, and what a crash leaves of it is cleared away there.
  const unfinished = join(openTrash(root), `root-${randomBytes(4).toString("hex")}${UNFINISHED_SUFFIX}`);
  writeSynced(unfinished, `${JSON.stringify({ schema: 1, rootId })}\n`);
  renameSync(unfinished, join(root, ROOT_MARKER_NAME));
  syncDirectory(root);
  return rootId;
}

function writeSynced(path: string, text: string): void {
  const fd = openSync(path, "wx", 0o644);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
