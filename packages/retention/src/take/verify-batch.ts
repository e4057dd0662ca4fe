import type { Candidate } from "../cleanup-plan.js";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { readRegularFile } from "../read-regular-file.js";
import { namesWithMounts } from "../root/mount-points.js";
import { type Verified, verifySession } from "../scan/verify-session.js";
import type { ClaimRecord } from "../trash/sidecar.js";
import { createTurns, inTurns } from "../turns.js";
import type { TakeContext } from "./take-context.js";
import { endTaking, type Taking } from "./taking.js";

interface Verifying {
  readonly context: TakeContext;
  readonly batchId: string;
  /** Grows by each session as it is looked at: whoever reads it closes what it holds, also when this throws. */
  readonly takings: Taking[];
}

/** Looks once more at each planned session, holds open what is still what was planned, and ends the others as kept. */
export async function verifyBatch(
  candidates: readonly Candidate[],
  { context, batchId, takings }: Verifying,
): Promise<void> {
  const { open, target, onStep, isOver, nowMs } = context;
  const turns = createTurns();
  const mounts = namesWithMounts(open.root);
  for (const [index, candidate] of candidates.entries()) {
    if (isOver()) return;
    const about = { root: open.root, target, nowMs: nowMs(), mounts };
    const verified = await inTurns(verifySession(candidate.entry, about), { turns });
    const taking = takingOf(candidate, { context, claimId: `${batchId}.${index}` });
    takings.push(taking);
    if (verified.status === "same") hold(taking, verified);
    else endTaking(taking, { result: "kept", code: verified.code, bytesFreed: 0 }, context);
    await turns.next();
  }
  onStep?.("verified");
}

function takingOf({ entry, rule }: Candidate, { context, claimId }: { context: TakeContext; claimId: string }): Taking {
  const { target, nowMs } = context;
  const { id, identity, bytes } = entry;
  const claimedAtMs = nowMs();
  // What makes room makes none while it waits.
  const keepMs = rule === "min_free" ? null : target.keepTrashMs;
  const purgeAfterMs = keepMs === null ? null : claimedAtMs + keepMs;
  const { markerName } = target.owns;
  const record = { claimId, id, identity, rule, claimedAtMs, purgeAfterMs, markerName, metadata: "", bytes };
  return { id, entry, record, session: null, result: null };
}

function hold(taking: Taking, { session, markerText }: Extract<Verified, { status: "same" }>): void {
  taking.session = session;
  taking.record = { ...taking.record, metadata: metadataOf(markerText ?? readMarker(session, taking.record)) };
}

// Sidecars are read whole: as many of these as a batch has hold up nobody. The marker itself goes last anyway.
const MAX_METADATA_BYTES = 64 * 1024;

function metadataOf(text: string): string {
  return Buffer.byteLength(text) > MAX_METADATA_BYTES ? "" : text;
}

function readMarker(session: DirectoryHandle, { markerName }: ClaimRecord): string {
  const reading = readRegularFile(session.child(markerName), MAX_METADATA_BYTES);
  return reading.status === "read" ? Buffer.from(reading.bytes).toString("utf8") : "";
}
