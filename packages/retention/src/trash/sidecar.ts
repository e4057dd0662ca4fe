import type { Identity } from "../identity.js";
import type { Rule } from "../rule.js";
import { batchOf, TRASH_NAME } from "./trash-name.js";

/** What a sidecar keeps of one claimed session: enough to finish, undo or restore it without the journal. */
export interface ClaimRecord {
  /** The session's place in the trash. */
  readonly claimId: string;
  /** The session's directory name. */
  readonly id: string;
  readonly identity: Identity;
  /** The rule that decided. */
  readonly rule: Rule;
  readonly claimedAtMs: number;
  /** Until when it waits to be restored; `null`: it is to be deleted. */
  readonly purgeAfterMs: number | null;
  readonly markerName: string;
  /** The marker's text; empty when it could not be read or is longer than 64 KiB. */
  readonly metadata: string;
  /** Bytes of allocated blocks; `null` when nobody has measured it. */
  readonly bytes: number | null;
  /** Its time in the trash is over and its deletion may have begun: it can no longer be restored. */
  readonly purging?: true;
  /** Somebody is bringing it back, pinned until then. */
  readonly restoring?: { readonly runId: string; readonly reason: string; readonly untilMs: number } | undefined;
  /** How often deleting it has failed, and when it did last. */
  readonly failed?: { readonly attempts: number; readonly atMs: number };
}

/** What lies in the trash for the sessions that one batch claimed. */
export interface Sidecar {
  readonly version: 2;
  /** What each claim's name begins with. */
  readonly batchId: string;
  readonly runId: string;
  readonly target: string;
  readonly planId: string;
  readonly claims: readonly ClaimRecord[];
}

/** Whether it waits in the trash on purpose, whole, so that it can be restored. */
export function isWaiting({ purgeAfterMs, purging }: ClaimRecord): boolean {
  return purgeAfterMs !== null && purging !== true;
}

/** Reads a sidecar's text; `null` for what cannot be trusted: its sessions are left alone and reported. */
export function parseSidecar(text: string, batchId: string): Sidecar | null {
  try {
    const value = upgrade(JSON.parse(text));
    return isSidecar(value) && value.batchId === batchId ? value : null;
  } catch {
    // A sidecar that is not JSON proves nothing.
    return null;
  }
}

// Version 1 had a sidecar for each claim, and its own name was the claim's.
function upgrade(value: unknown): unknown {
  if (!isRecord(value) || value["version"] !== 1) return value;
  const { claimId, runId, target, planId, ...claim } = value;
  const claims = [{ ...claim, claimId, purgeAfterMs: null, bytes: null }];
  return { version: 2, batchId: claimId, runId, target, planId, claims };
}

function isSidecar(value: unknown): value is Sidecar {
  if (!isRecord(value) || value["version"] !== 2) return false;
  const { batchId, claims } = value;
  return Array.isArray(claims) && claims.every((claim) => isClaim(claim) && batchOf(claim.claimId) === batchId);
}

function isClaim(value: unknown): value is ClaimRecord {
  if (!isRecord(value)) return false;
  const { claimId, id, markerName, identity, claimedAtMs, purgeAfterMs, bytes } = value;
  return (
    isPlainName(claimId) &&
    isPlainName(id) &&
    id !== TRASH_NAME &&
    isPlainName(markerName) &&
    isIdentity(identity) &&
    typeof claimedAtMs === "number" &&
    [purgeAfterMs, bytes].every((figure) => figure === null || typeof figure === "number")
  );
}

// The name becomes part of a path; anything with a slash in it could lead out of the root.
function isPlainName(name: unknown): name is string {
  return typeof name === "string" && /^(?!\.\.?$)[^/\0]+$/.test(name);
}

function isIdentity(identity: unknown): identity is Identity {
  return isRecord(identity) && ["dev", "ino", "markerDigest"].every((part) => typeof identity[part] === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
