import { closeSync, fsync, openSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { isMissing } from "../errno.js";
import { readRegularFile } from "../read-regular-file.js";
import { parseSidecar, type Sidecar } from "./sidecar.js";
import { SIDECAR_SUFFIX, UNFINISHED_SUFFIX } from "./trash-name.js";

// A batch's markers, and an upgraded record with one marker of 4 MiB, each character written as an escape of six.
const MAX_SIDECAR_BYTES = 32 * 1024 * 1024;
const syncFile = promisify(fsync);

/** Writes a sidecar whole or not at all, or takes one away that has no claims left; it then survives a power cut. */
export async function keepSidecar(trash: DirectoryHandle, sidecar: Sidecar): Promise<void> {
  if (sidecar.claims.length === 0) return removeSidecar(trash, sidecar.batchId);
  const unfinished = trash.child(`${sidecar.batchId}${UNFINISHED_SUFFIX}`);
  try {
    await writeFile(unfinished, `${JSON.stringify(sidecar)}\n`);
    renameSync(unfinished, trash.child(`${sidecar.batchId}${SIDECAR_SUFFIX}`));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  await trash.sync();
}

async function writeFile(path: string, text: string): Promise<void> {
  const fd = openSync(path, "wx", 0o600);
  try {
    writeFileSync(fd, text);
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}

// Not synced: one that a power cut brings back has no session any more, which the next run finds and settles.
function removeSidecar(trash: DirectoryHandle, batchId: string): void {
  try {
    unlinkSync(trash.child(`${batchId}${SIDECAR_SUFFIX}`));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** The sidecar of a batch; `null` when there is none that can be trusted. */
export function readSidecar(trash: DirectoryHandle, batchId: string): Sidecar | null {
  const reading = readRegularFile(trash.child(`${batchId}${SIDECAR_SUFFIX}`), MAX_SIDECAR_BYTES);
  return reading.status === "read" ? parseSidecar(Buffer.from(reading.bytes).toString("utf8"), batchId) : null;
}
