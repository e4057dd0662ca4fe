import { failureCodeOf } from "../failure-code.js";
import type { SessionResult } from "../session-result.js";
import { keepBallast } from "../trash/ballast.js";
import { keepSidecar } from "../trash/keep-sidecar.js";
import type { ClaimRecord, Sidecar } from "../trash/sidecar.js";
import { waitingUntil } from "../trash/waiting-until.js";
import type { Batch } from "./claim-batch.js";
import { deleteClaimed } from "./delete-claimed.js";
import type { TakeContext } from "./take-context.js";
import { closeSessions, isOpen, type Taking } from "./taking.js";

/**
 * Deletes claimed sessions or leaves them in the trash, keeps the records of what is left there, journals the outcomes,
 * and says what became of each. Stopped, it puts back what it has not begun to delete.
 *
 * @throws what the journal throws; the next run settles it.
 */
export async function endBatch(batch: Batch, context: TakeContext): Promise<readonly SessionResult[]> {
  const { takings, intended, written } = batch;
  try {
    if (written !== null) await deleteAndKeepRecords(intended, { written, context });
    if (intended.length > 0) await journalOutcomes(intended, context);
    return takings.flatMap(({ id, result }) => (result === null ? [] : [{ id, ...result }]));
  } finally {
    await closeSessions(takings);
  }
}

interface Ending {
  readonly written: Sidecar;
  readonly context: TakeContext;
}

async function deleteAndKeepRecords(takings: readonly Taking[], { written, context }: Ending): Promise<void> {
  await deleteClaimed(takings.filter(isOpen), context);
  await keepWhatIsLeft(takings, { written, context });
  keepBallast(context.open.trash);
}

async function keepWhatIsLeft(takings: readonly Taking[], { written, context }: Ending): Promise<void> {
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

async function journalOutcomes(takings: readonly Taking[], context: TakeContext): Promise<void> {
  const { journal, nowMs, onStep, runId, target, open } = context;
  await journal.append(
    ...takings.map(({ id, record, result }) => {
      const end = result ?? UNTOUCHED;
      const about = {
        atMs: nowMs(),
        runId,
        target: target.name,
        id,
        claimId: record.claimId,
        root: open.identity.path,
      };
      return { type: "outcome", ...about, ...end, ...waitingUntil(record, end) } as const;
    }),
  );
  onStep?.("outcomes");
}

const UNTOUCHED = { result: "kept", code: "interrupted", bytesFreed: 0 } as const;
