import { randomBytes } from "node:crypto";
import { claimSessions } from "./claim-sessions.js";
import type { Candidate } from "./cleanup-plan.js";
import { failureCodeOf } from "./failure-code.js";
import type { CleanupJournal } from "./journal.js";
import { namesWithMounts } from "./mount-points.js";
import type { OpenRoot } from "./open-root.js";
import { readRegularFile } from "./read-regular-file.js";
import type { ClaimResult, SessionResult } from "./session-result.js";
import type { Step } from "./step.js";
import { endTaking, isOpen, type Taking } from "./taking.js";
import type { RetentionTarget } from "./target.js";
import { keepBallast } from "./trash/ballast.js";
import { deleteClaimed } from "./trash/delete-claimed.js";
import { keepSidecar } from "./trash/keep-sidecar.js";
import type { ClaimRecord, Sidecar } from "./trash/sidecar.js";
import type { TreeWorkers } from "./trash/tree-workers.js";
import { waitingUntil } from "./trash/waiting-until.js";
import { createTurns } from "./turns.js";
import { verifySession } from "./verify-session.js";

/** What taking sessions needs. */
export interface TakeContext {
  readonly target: RetentionTarget;
  readonly planId: string;
  readonly runId: string;
  readonly open: OpenRoot;
  readonly workers: TreeWorkers;
  readonly journal: CleanupJournal;
  /** The clock, in ms since the epoch. */
  readonly nowMs: () => number;
  /** Puts back what is claimed and untouched. */
  readonly signal?: AbortSignal | undefined;
  /** Asked between two sessions: the same as the signal. */
  readonly isOver: () => boolean;
  /** Hears of each session as it ends, before its outcome is in the journal. */
  readonly onEnd: (result: ClaimResult) => void;
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** At most this many sessions share a transaction of the journal, a sidecar and the syncs. */
export const MAX_BATCH = 64;

/**
 * Takes planned sessions together: verify all, journal the intents, write what the trash must know, claim each by a
 * rename and compare it, sync, delete or leave it in the trash, journal the outcomes. A crash between any two steps
 * leaves each session whole in its place, or in the trash with its record. Stopped, it puts back what it has not begun
 * to delete, and says nothing of what it had not yet claimed.
 *
 * @throws what the journal throws; then nothing was moved, or the next run settles it.
 */
export async function takeBatch(
  candidates: readonly Candidate[],
  context: TakeContext,
): Promise<readonly SessionResult[]> {
  const batchId = `${context.runId}-${randomBytes(8).toString("hex")}`;
  const takings: Taking[] = [];
  try {
    await verifyAll(candidates, { context, batchId, takings });
    const verified = takings.filter(isOpen);
    if (verified.length > 0 && !context.isOver()) await takeVerified(verified, { context, batchId });
    return takings.flatMap(({ id, result }) => (result === null ? [] : [{ id, ...result }]));
  } finally {
    for (const { session } of takings) session?.close();
  }
}

interface Verifying {
  readonly context: TakeContext;
  readonly batchId: string;
  readonly takings: Taking[];
}

async function verifyAll(candidates: readonly Candidate[], { context, batchId, takings }: Verifying): Promise<void> {
  const { open, target, onStep } = context;
  const turns = createTurns();
  const mounts = namesWithMounts(open.root);
  for (const [index, candidate] of candidates.entries()) {
    if (context.isOver()) return;
    const nowMs = context.nowMs();
    const verified = verifySession(candidate.entry, { root: open.root, target, nowMs, mounts });
    const taking = takingOf(candidate, { context, claimId: `${batchId}.${index}` });
    takings.push(taking);
    if (verified.status === "same") taking.session = verified.session;
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

type BatchContext = { readonly context: TakeContext; readonly batchId: string };

async function takeVerified(takings: readonly Taking[], batch: BatchContext): Promise<void> {
  const { journal, nowMs, onStep, runId, target, open, planId } = batch.context;
  const about = (id: string, claimId: string) => ({ atMs: nowMs(), runId, target: target.name, id, claimId });
  const root = open.identity;
  await journal.append(
    ...takings.map(({ id, record: { claimId, identity } }) => {
      return { type: "intent", ...about(id, claimId), root, planId, identity } as const;
    }),
  );
  onStep?.("intents");
  await claimAndDelete(takings, batch);
  await journal.append(
    ...takings.map(({ id, record, result }) => {
      const end = result ?? UNTOUCHED;
      const waits = waitingUntil(record, end);
      return { type: "outcome", ...about(id, record.claimId), root: root.path, ...end, ...waits } as const;
    }),
  );
  onStep?.("outcomes");
}

const UNTOUCHED = { result: "kept", code: "interrupted", bytesFreed: 0 } as const;

async function claimAndDelete(takings: readonly Taking[], batch: BatchContext): Promise<void> {
  const { context } = batch;
  const written = await writeRecords(takings, batch);
  if (written === null) return;
  await claimSessions(takings, context);
  await deleteClaimed(takings.filter(isOpen), context);
  await keepWhatIsLeft(takings, { written, context });
  keepBallast(context.open.trash);
}

/** What lies in the trash before anything moves; `null` when that cannot be, and then every session is kept. */
async function writeRecords(takings: readonly Taking[], { context, batchId }: BatchContext): Promise<Sidecar | null> {
  const { open, runId, target, planId, onStep } = context;
  try {
    await completeRecords(takings, context);
    const claims = takings.map(({ record }) => record);
    const sidecar: Sidecar = { version: 2, batchId, runId, target: target.name, planId, claims };
    await keepSidecar(open.trash, sidecar);
    onStep?.("sidecar");
    return sidecar;
  } catch (error) {
    const code = failureCodeOf(error, "claim_failed");
    for (const taking of takings) endTaking(taking, { result: "kept", code, bytesFreed: 0 }, context);
    return null;
  }
}

async function completeRecords(takings: readonly Taking[], { workers, open }: TakeContext): Promise<void> {
  const waiting = takings.filter(({ record }) => record.purgeAfterMs !== null && record.bytes === null);
  const tasks = waiting.map(({ id }) => ({ kind: "measure", name: id }) as const);
  const sizes = await workers.run(tasks, { parent: open.root });
  for (const [index, taking] of waiting.entries()) {
    const size = sizes[index];
    if (size?.code === null) taking.record = { ...taking.record, bytes: size.bytes };
  }
  for (const taking of takings) taking.record = { ...taking.record, metadata: readMetadata(taking) };
}

// Sidecars are read whole: 64 of these stay small enough to hold up nobody. The marker itself goes last anyway.
const MAX_METADATA_BYTES = 64 * 1024;

function readMetadata({ session, record }: Taking): string {
  if (session === null) return "";
  const reading = readRegularFile(session.child(record.markerName), MAX_METADATA_BYTES);
  return reading.status === "read" ? Buffer.from(reading.bytes).toString("utf8") : "";
}

async function keepWhatIsLeft(
  takings: readonly Taking[],
  { written, context }: { written: Sidecar; context: TakeContext },
): Promise<void> {
  const claims = takings.filter(isInTrash).map((taking) => recordOf(taking, context));
  if (claims.length === written.claims.length && !claims.some(({ failed }) => failed)) return;
  try {
    await keepSidecar(context.open.trash, { ...written, claims });
    context.onStep?.("sidecar_removed");
  } catch (error) {
    // Its record is still there, so the next run finds it and says what became of it.
    const code = failureCodeOf(error);
    for (const taking of takings) {
      if (taking.result?.result === "deleted") taking.result = { ...taking.result, result: "in_trash", code };
    }
  }
}

function isInTrash({ result }: Taking): boolean {
  return result?.result === "trashed" || result?.result === "in_trash";
}

function recordOf({ record, result }: Taking, { nowMs }: TakeContext): ClaimRecord {
  return result?.result === "in_trash" ? { ...record, failed: { attempts: 1, atMs: nowMs() } } : record;
}
