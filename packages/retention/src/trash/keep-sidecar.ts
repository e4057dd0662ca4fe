import { closeSync, fsync, ftruncateSync, openSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { isMissing } from "../errno.js";
import { failureCodeOf } from "../failure-code.js";
import { readRegularFile } from "../read-regular-file.js";
import { takeBallast } from "./ballast.js";
import { parseSidecar, type Sidecar } from "./sidecar.js";
import { SIDECAR_SUFFIX, UNFINISHED_SUFFIX } from "./trash-name.js";

// A batch's markers, and an upgraded record with one marker of 4 MiB, each character written as an escape of six.
const MAX_SIDECAR_BYTES = 32 * 1024 * 1024;
const syncFile = promisify(fsync);

/**
 * Writes a sidecar whole or not at all, or takes one away that has no claims left; it then survives a power cut. On a
 * full disk it goes where the ballast was, without the markers' texts: those are in the sessions, and go last.
 */
export async function keepSidecar(trash: DirectoryHandle, sidecar: Sidecar): Promise<void> {
  if (sidecar.claims.length === 0) return removeSidecar(trash, sidecar.batchId);
  const name = `${sidecar.batchId}${UNFINISHED_SUFFIX}`;
  const unfinished = trash.child(name);
  try {
    await write(sidecar, { trash, name });
    renameSync(unfinished, trash.child(`${sidecar.batchId}${SIDECAR_SUFFIX}`));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  await trash.sync();
}

async function write(sidecar: Sidecar, { trash, name }: { trash: DirectoryHandle; name: string }): Promise<void> {
  const path = trash.child(name);
  try {
    await writeFile(path, { flags: "wx", sidecar });
  } catch (error) {
    rmSync(path, { force: true });
    if (failureCodeOf(error) !== "no_space" || !takeBallast(trash, name)) throw error;
    const claims = sidecar.claims.map((claim) => ({ ...claim, metadata: "" }));
    await writeFile(path, { flags: "r+", sidecar: { ...sidecar, claims } });
  }
}

type Writing = { readonly flags: "wx" | "r+"; readonly sidecar: Sidecar };

async function writeFile(path: string, { flags, sidecar }: Writing): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(sidecar)}\n`);
  const fd = openSync(path, flags, 0o600);
  try {
    writeFileSync(fd, text);
    ftruncateSync(fd, text.length);
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
