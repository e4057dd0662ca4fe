import { randomBytes } from "node:crypto";
import type { Candidate } from "../cleanup-plan.js";
import { failureCodeOf } from "../failure-code.js";
import { keepSidecar } from "../trash/keep-sidecar.js";
import type { Sidecar } from "../trash/sidecar.js";
import { claimSessions } from "./claim-sessions.js";
import type { TakeContext } from "./take-context.js";
import { closeSessions, endTaking, isOpen, type Taking } from "./taking.js";
import { verifyBatch } from "./verify-batch.js";

/** Sessions on their way together; whoever has it ends it. */
export interface Batch {
  /** All that were looked at, oldest first. */
  readonly takings: readonly Taking[];
  /** Those of them with an intent in the journal. */
  readonly intended: readonly Taking[];
  /** What lies in the trash for them; `null` when nothing was moved. */
  readonly written: Sidecar | null;
}

/**
 * Takes planned sessions out of their places together: verify all, journal the intents, write what the trash must know,
 * claim each by a rename and compare it, sync. A crash between any two steps leaves each session whole in its place, or
 * in the trash with its record. Stopped, it says nothing of what it had not yet claimed.
 *
 * @throws what the journal throws; then nothing was moved.
 */
export async function claimBatch(candidates: readonly Candidate[], context: TakeContext): Promise<Batch> {
  const batchId = `${context.runId}-${randomBytes(8).toString("hex")}`;
  const takings: Taking[] = [];
  try {
    await verifyBatch(candidates, { context, batchId, takings });
    const verified = takings.filter(isOpen);
    if (verified.length === 0 || context.isOver()) return { takings, intended: [], written: null };
    return { takings, intended: verified, written: await claim(verified, { context, batchId }) };
  } catch (error) {
    await closeSessions(takings);
    throw error;
  }
}

interface Claiming {
  readonly context: TakeContext;
  readonly batchId: string;
}

// The disk takes the records while the journal works: neither needs the other, and nothing moves before both are there.
async function claim(takings: readonly Taking[], { context, batchId }: Claiming): Promise<Sidecar | null> {
  const writing = writeRecords(takings, { context, batchId });
  try {
    await journalIntents(takings, context);
  } catch (error) {
    await forgetRecords(await writing, context);
    throw error;
  }
  const written = await writing;
  if (written !== null) await claimSessions(takings, context);
  return written;
}

async function forgetRecords(written: Sidecar | null, { open }: TakeContext): Promise<void> {
  if (written !== null) await keepSidecar(open.trash, { ...written, claims: [] }).catch(() => {});
}

async function journalIntents(takings: readonly Taking[], context: TakeContext): Promise<void> {
  const { journal, nowMs, onStep, runId, target, open, planId } = context;
  await journal.append(
    ...takings.map(({ id, record: { claimId, identity } }) => {
      const about = { atMs: nowMs(), runId, target: target.name, id, claimId };
      return { type: "intent", ...about, root: open.identity, planId, identity } as const;
    }),
  );
  onStep?.("intents");
}

/** What lies in the trash before anything moves; `null` when that cannot be, and then every session is kept. */
async function writeRecords(takings: readonly Taking[], { context, batchId }: Claiming): Promise<Sidecar | null> {
  const { open, runId, target, planId, onStep } = context;
  try {
    await measureRecords(takings, context);
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

async function measureRecords(takings: readonly Taking[], { workers, open }: TakeContext): Promise<void> {
  const waiting = takings.filter(({ record }) => record.purgeAfterMs !== null && record.bytes === null);
  const tasks = waiting.map(({ id }) => ({ kind: "measure", name: id }) as const);
  const sizes = await workers.run(tasks, { parent: open.root });
  for (const [index, taking] of waiting.entries()) {
    const size = sizes[index];
    if (size?.code === null) taking.record = { ...taking.record, bytes: size.bytes };
  }
}
