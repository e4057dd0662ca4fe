import { rmSync } from "node:fs";
import type { CleanupJournal, Intent } from "../journal.js";
import { type Failure, MAX_REPORTED_IDS } from "../report.js";
import { openRoot } from "../root/open-root.js";
import { checkRunId } from "../run/run-id.js";
import type { Safety } from "../safety.js";
import type { SessionResult } from "../session-result.js";
import { createSessionTally, type SessionTally } from "../session-tally.js";
import type { Step } from "../step.js";
import type { RetentionTarget } from "../target.js";
import { keepBallast } from "../trash/ballast.js";
import { readSidecar } from "../trash/keep-sidecar.js";
import { type BatchInTrash, claimsOf, listBatches, type TrashListing } from "../trash/list-batches.js";
import { SIDECAR_SUFFIX } from "../trash/trash-name.js";
import { createTreeWorkers } from "../trash/tree-workers.js";
import { createTurns } from "../turns.js";
import { purgeEarly } from "./purge-early.js";
import { settleBatch } from "./settle-batch.js";
import type { SettleContext } from "./settle-context.js";
import { settleUnrecorded } from "./settle-unrecorded.js";

/** What settling is given; whoever calls it holds the root's lock. */
export interface SettleOptions {
  /** The run that settles. */
  readonly runId: string;
  readonly journal: CleanupJournal;
  /** The clock, in ms since the epoch. */
  readonly nowMs: () => number;
  /** Default `handles` where the system has them. */
  readonly safety?: Safety | undefined;
  /** Purge what waits in the trash before its time, oldest first, until this many bytes are free; default not. */
  readonly purge?: { readonly untilFreeBytes: number } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of every session that was settled. */
  readonly onResult?: ((result: SessionResult) => void) | undefined;
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** What earlier runs had left. */
export interface SettleResult {
  /** What was finished now; what is kept or in the trash for good reasons is not a failure of this run. */
  readonly sessions: SessionTally;
  /** Sessions whose time in the trash was over, or whose room was needed, deleted now. */
  readonly purgedCount: number;
  /** What still waits in the trash on purpose. */
  readonly inTrash: { readonly count: number; readonly bytes: number };
  /** Sessions in the trash that could not be deleted before and are not tried again yet. */
  readonly backingOffCount: number;
  /** What cannot be told whose it is and is left alone, or a record that could not be written, by its name in the trash. */
  readonly leftovers: readonly Failure[];
}

/**
 * Settles what a crash left, and purges what has waited in the trash for long enough: a session still in its place is
 * dropped, one in the trash is finished, one that is neither is done. The trash and its sidecars are enough when the
 * journal is lost.
 *
 * @throws what the journal throws, {@link TrashRefusedError}, {@link RootRefusedError} and {@link InvalidRunIdError}.
 */
export async function settleOpenIntents(target: RetentionTarget, options: SettleOptions): Promise<SettleResult> {
  checkRunId(options.runId);
  const open = openRoot(target.root, options.safety);
  const workers = createTreeWorkers();
  try {
    const intents = await options.journal.openIntents(target);
    const ours = intents.filter(({ root }) => root.ino === open.identity.ino);
    const unsettled = new Map(ours.map((intent) => [intent.claimId, intent] as const));
    const counts = { purged: 0, waiting: 0, waitingBytes: 0, backingOff: 0 };
    const sessions = createSessionTally(MAX_REPORTED_IDS);
    return await settleAll({ target, options, open, workers, unsettled, sessions, unkept: [], counts }, intents);
  } finally {
    await workers.close();
    open.close();
  }
}

async function settleAll(context: SettleContext, intents: readonly Intent[]): Promise<SettleResult> {
  const { open, sessions, counts } = context;
  keepBallast(open.trash);
  const listing = await listBatches(open.trash);
  for (const name of listing.unfinished) rmSync(open.trash.child(name), { force: true });
  const strays = await settleBatches(listing, context);
  await settleUnrecorded(listing, context);
  await purgeEarly(listing, context);
  const unrecorded = strays.map((id): Failure => ({ id, code: "no_sidecar" }));
  const leftovers = [...unrecorded, ...context.unkept, ...elsewhere(intents, context)];
  const inTrash = { count: counts.waiting, bytes: counts.waitingBytes };
  return { sessions, purgedCount: counts.purged, inTrash, backingOffCount: counts.backingOff, leftovers };
}

/** Settles batch by batch, so that never more than one stands in memory; answers what is none of ours. */
async function settleBatches({ batches, strays }: TrashListing, context: SettleContext): Promise<string[]> {
  const left = [...strays];
  const turns = createTurns();
  for (const batch of batches.values()) {
    if (context.options.signal?.aborted === true) break;
    const sidecar = batch.hasSidecar ? readSidecar(context.open.trash, batch.batchId) : null;
    // In the trash without a sidecar is not something this code leaves: somebody was there, so a person must look.
    if (sidecar === null) left.push(...namesOf(batch));
    else left.push(...(await settleBatch(sidecar, { batch, context })));
    await turns.next();
  }
  return left;
}

function namesOf(batch: BatchInTrash): string[] {
  return [...claimsOf(batch), ...(batch.hasSidecar ? [`${batch.batchId}${SIDECAR_SUFFIX}`] : [])];
}

// Another directory stands where the root was, for example under an unmounted disk: nothing seen here is evidence.
function elsewhere(intents: readonly Intent[], { open }: SettleContext): Failure[] {
  return intents.filter(({ root }) => root.ino !== open.identity.ino).map(({ id }) => ({ id, code: "root_changed" }));
}
