import { randomBytes } from "node:crypto";
import { lstatSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { OwnedEntry } from "./classified-entry.js";
import type { CleanupPlan } from "./cleanup-plan.js";
import { type FailureCode, failureCodeOf } from "./failure-code.js";
import { identityOf, isSameDirectory } from "./identity.js";
import { inspectSession } from "./inspect-session.js";
import type { CleanupJournal } from "./journal.js";
import { readRegularFile } from "./read-regular-file.js";
import type { Step } from "./step.js";
import { syncDirectory } from "./sync-directory.js";
import type { RetentionTarget } from "./target.js";
import { type ClaimResult, finishClaim } from "./trash/finish-claim.js";
import { putBack } from "./trash/put-back.js";
import { removeSidecar, writeSidecar } from "./trash/sidecar.js";
import { verifySession } from "./verify-session.js";

/** What taking sessions needs. */
export interface TakeContext {
  readonly target: RetentionTarget;
  readonly plan: Pick<CleanupPlan, "id" | "root">;
  readonly runId: string;
  readonly trash: string;
  readonly journal: CleanupJournal;
  /** The clock, in ms since the epoch. */
  readonly nowMs: () => number;
  readonly onStep: (step: Step) => void;
}

/** How one session of a plan ended, by its directory name. */
export interface SessionResult extends ClaimResult {
  readonly id: string;
}

/**
 * Takes one planned session: verify, journal the intent, claim it by a rename into the trash, compare, delete, journal
 * the outcome. A crash between any two steps leaves it whole in its place, or in the trash to be finished.
 *
 * @throws what the journal throws; then nothing was moved, or the next run settles it.
 */
export async function takeSession(entry: OwnedEntry, context: TakeContext): Promise<SessionResult> {
  const { plan, target, nowMs } = context;
  const verified = verifySession(entry, { root: plan.root, target, nowMs: nowMs() });
  if (verified.status === "refused") return { id: entry.id, result: "kept", code: verified.code, bytesFreed: 0 };
  try {
    context.onStep("verified");
    return { id: entry.id, ...(await takeVerified(entry, context)) };
  } finally {
    verified.close();
  }
}

async function takeVerified(entry: OwnedEntry, context: TakeContext): Promise<ClaimResult> {
  const { journal, nowMs, onStep, plan, runId, target } = context;
  const claimId = `${runId}-${randomBytes(8).toString("hex")}`;
  const about = { runId, target: target.name, id: entry.id, claimId };
  const { id: planId, root } = plan;
  await journal.append({ type: "intent", atMs: nowMs(), ...about, root, planId, identity: entry.identity });
  onStep("intent");
  const result = await claimAndDelete(entry, { ...context, claimId });
  await journal.append({ type: "outcome", atMs: nowMs(), ...about, root: root.path, ...result });
  onStep("outcome");
  return result;
}

type ClaimContext = TakeContext & { readonly claimId: string };

async function claimAndDelete(entry: OwnedEntry, context: ClaimContext): Promise<ClaimResult> {
  const refusal = claim(entry, context);
  if (refusal !== null) return { result: "kept", code: refusal, bytesFreed: 0 };
  try {
    context.onStep("claimed");
    syncDirectory(context.plan.root.path);
    syncDirectory(context.trash);
    context.onStep("synced");
    return await deleteClaimed(entry, context);
  } catch (error) {
    return { result: "in_trash", code: failureCodeOf(error), bytesFreed: 0 };
  }
}

/** `null` once the session is in the trash, or why it is still in its place. */
function claim(entry: OwnedEntry, context: ClaimContext): FailureCode | null {
  const { trash, claimId, plan, onStep } = context;
  try {
    writeSidecar(trash, sidecarOf(entry, context));
    onStep("sidecar");
    renameSync(join(plan.root.path, entry.id), join(trash, claimId));
    return null;
  } catch (error) {
    discardSidecar(trash, claimId);
    return failureCodeOf(error, "claim_failed");
  }
}

function sidecarOf(entry: OwnedEntry, { claimId, runId, target, plan, nowMs }: ClaimContext) {
  const { markerName } = target.owns;
  return {
    version: 1,
    claimId,
    runId,
    target: target.name,
    planId: plan.id,
    id: entry.id,
    identity: entry.identity,
    rule: "beyond_keep",
    claimedAtMs: nowMs(),
    markerName,
    metadata: readText(join(plan.root.path, entry.id, markerName)),
  } as const;
}

const MAX_METADATA_BYTES = 4 * 1024 * 1024;

function readText(path: string): string {
  const reading = readRegularFile(path, MAX_METADATA_BYTES);
  return reading.status === "read" ? Buffer.from(reading.bytes).toString("utf8") : "";
}

function discardSidecar(trash: string, claimId: string): void {
  try {
    removeSidecar(trash, claimId);
  } catch {
    // The claim has already failed with a code of its own; the next run removes a sidecar whose session never moved.
  }
}

async function deleteClaimed(entry: OwnedEntry, context: ClaimContext): Promise<ClaimResult> {
  const { trash, claimId, plan, target, onStep } = context;
  const difference = differenceInTrash(entry, context);
  if (difference !== null) {
    const isBack = putBack({ root: plan.root.path, trash, claimId, id: entry.id });
    return { result: isBack ? "kept" : "in_trash", code: isBack ? difference : "name_taken", bytesFreed: 0 };
  }
  onStep("compared");
  return finishClaim({ trash, claimId, markerName: target.owns.markerName }, onStep);
}

// Between the last look and the rename another directory may have taken the name, or a hold may have come.
function differenceInTrash(entry: OwnedEntry, { trash, claimId, target }: ClaimContext): FailureCode | null {
  const path = join(trash, claimId);
  const stats = lstatSync(path, { bigint: true });
  if (!stats.isDirectory() || !isSameDirectory(identityOf(stats), entry.identity)) return "changed";
  const { id: name, sessionId, stampMs } = entry;
  const inspection = inspectSession({ name, parsed: { sessionId, stampMs }, path }, target.owns);
  if (inspection.status === "unknown" || inspection.markerDigest !== entry.identity.markerDigest) return "changed";
  return inspection.held ? "held" : null;
}
