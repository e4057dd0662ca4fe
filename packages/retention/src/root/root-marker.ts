import { randomBytes, randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRegularFile } from "../read-regular-file.js";
import type { Safety } from "../safety.js";
import { UNFINISHED_SUFFIX } from "../trash/trash-name.js";
import { openRoot } from "./open-root.js";

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
 * Gives a root a new id, in place of whatever file stood there; what is written survives a power cut.
 *
 * @throws {@link RootRefusedError}, {@link TrashRefusedError}, or the system's error, for example when a directory
 * stands in its place.
 */
export async function writeRootMarker(path: string, safety?: Safety): Promise<string> {
  const rootId = randomUUID();
  const { root, trash, close } = openRoot(path, safety);
  try {
    // Begun in the trash: nobody else may write there, and what a crash leaves of it is cleared away there.
    const unfinished = trash.child(`root-${randomBytes(4).toString("hex")}${UNFINISHED_SUFFIX}`);
    writeSynced(unfinished, `${JSON.stringify({ schema: 1, rootId })}\n`);
    moveInPlace(unfinished, root.child(ROOT_MARKER_NAME));
    await root.sync();
    return rootId;
  } finally {
    close();
  }
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

function moveInPlace(unfinished: string, place: string): void {
  try {
    renameSync(unfinished, place);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
