import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Identity } from "../identity.js";
import { readRegularFile } from "../read-regular-file.js";
import { syncDirectory } from "../sync-directory.js";
import { TRASH_NAME } from "./trash-name.js";

/** What lies beside a claimed session in the trash: enough to finish or undo the claim without the journal. */
export interface Sidecar {
  readonly version: 1;
  readonly claimId: string;
  readonly runId: string;
  readonly target: string;
  readonly planId: string;
  /** The session's directory name. */
  readonly id: string;
  readonly identity: Identity;
  /** The rule that decided. */
  readonly rule: string;
  readonly claimedAtMs: number;
  readonly markerName: string;
  /** The marker's text; empty when it could not be read. */
  readonly metadata: string;
}

/** What a sidecar's name ends with, after the claim's id. */
export const SIDECAR_SUFFIX = ".json";

/** What the name of a sidecar that is still being written ends with. */
export const UNFINISHED_SUFFIX = ".json.tmp";

// A marker of 4 MiB, each character written as an escape of six.
const MAX_SIDECAR_BYTES = 32 * 1024 * 1024;

/** Writes a sidecar whole or not at all; returns once it would survive a power cut. */
export function writeSidecar(trash: string, sidecar: Sidecar): void {
  const path = sidecarPath(trash, sidecar.claimId);
  const unfinished = join(trash, `${sidecar.claimId}${UNFINISHED_SUFFIX}`);
  const fd = openSync(unfinished, "wx", 0o600);
  try {
    writeFileSync(fd, `${JSON.stringify(sidecar, null, 2)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(unfinished, path);
  syncDirectory(trash);
}

/** The sidecar of a claim; `null` when there is none that can be trusted. */
export function readSidecar(trash: string, claimId: string): Sidecar | null {
  const reading = readRegularFile(sidecarPath(trash, claimId), MAX_SIDECAR_BYTES);
  if (reading.status !== "read") return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(reading.bytes).toString("utf8"));
    return isSidecar(value) && value.claimId === claimId ? value : null;
  } catch {
    // A sidecar that is not JSON proves nothing: its session is left alone and reported.
    return null;
  }
}

/** Takes a sidecar away; one that is not there is fine. */
export function removeSidecar(trash: string, claimId: string): void {
  rmSync(sidecarPath(trash, claimId), { force: true });
}

function sidecarPath(trash: string, claimId: string): string {
  return join(trash, `${claimId}${SIDECAR_SUFFIX}`);
}

function isSidecar(value: unknown): value is Sidecar {
  if (typeof value !== "object" || value === null) return false;
  const { version, id, identity, markerName } = value as Partial<Sidecar>;
  return version === 1 && isPlainName(id) && id !== TRASH_NAME && isPlainName(markerName) && isIdentity(identity);
}

// The name becomes part of a path; anything with a slash in it could lead out of the root.
function isPlainName(name: unknown): name is string {
  return typeof name === "string" && /^(?!\.\.?$)[^/\0]+$/.test(name);
}

function isIdentity(identity: unknown): identity is Identity {
  if (typeof identity !== "object" || identity === null) return false;
  const { dev, ino, markerDigest } = identity as Partial<Identity>;
  return [dev, ino, markerDigest].every((part) => typeof part === "string");
}
