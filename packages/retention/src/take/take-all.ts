import type { Candidate } from "../cleanup-plan.js";
import { ReadOnlyError } from "../errors.js";
import type { SessionResult } from "../session-result.js";
import type { OpenTally } from "../session-tally.js";
import { type Batch, claimBatch } from "./claim-batch.js";
import { endBatch } from "./end-batch.js";
import { MAX_BATCH, type TakeContext } from "./take-context.js";
import { isOpen } from "./taking.js";

/** What is to be taken, and who hears of it. */
export interface TakeAllOptions {
  readonly candidates: Iterable<Candidate>;
  /** At most this many are taken; `null` for all. */
  readonly limit: number | null;
  readonly root: string;
  readonly context: TakeContext;
  readonly tally: OpenTally;
  /** Hears of every session, oldest first. */
  readonly onResult?: ((result: SessionResult) => void) | undefined;
}

/** Why not all was taken: by an error, or `null` for having been told to stop. */
export interface Stop {
  readonly error: unknown;
}

/** Sessions being taken: at most one batch is being claimed, and two others being ended. */
interface TakeRun extends TakeAllOptions {
  stop: Stop | null;
  /** Claimed, and not yet ended. */
  inFlight: number;
  readOnlyCount: number;
}

/**
 * Takes sessions batch by batch, oldest first. While one is being deleted, which mostly waits for the disk, the next one
 * is claimed, which mostly works. What stops it, if anything did; never throws.
 */
export async function takeAll(options: TakeAllOptions): Promise<Stop | null> {
  const isOver = () => run.stop !== null || options.context.isOver();
  const run: TakeRun = {
    ...options,
    context: { ...options.context, isOver },
    stop: null,
    inFlight: 0,
    readOnlyCount: 0,
  };
  const remaining = run.candidates[Symbol.iterator]();
  // Of two, one can be deleted while the other's outcomes are journaled.
  let [ending, endingBefore] = [Promise.resolve(), Promise.resolve()];
  while (!isOver()) {
    const candidates = takeNext(remaining, roomIn(run));
    // What is in flight may fail, and leave its room to others.
    if (candidates.length === 0 && run.inFlight === 0) break;
    const batch = candidates.length === 0 ? null : await claim(candidates, run);
    await (batch === null ? ending : endingBefore);
    endingBefore = ending;
    if (batch === null) continue;
    ending = end(batch, { run, after: ending });
    // There is nothing to go on beside, and what it tells may stop the run.
    if (!batch.intended.some(isOpen)) await ending;
  }
  await ending;
  return run.stop;
}

function takeNext(remaining: Iterator<Candidate>, count: number): Candidate[] {
  const candidates: Candidate[] = [];
  while (candidates.length < count) {
    const next = remaining.next();
    if (next.done === true) break;
    candidates.push(next.value);
  }
  return candidates;
}

// Only what was taken counts: a session that fails every time must not use up the budget of all the others.
function roomIn({ limit, tally: { deletedCount, trashedCount }, inFlight }: TakeRun): number {
  return limit === null ? MAX_BATCH : Math.min(MAX_BATCH, limit - deletedCount - trashedCount - inFlight);
}

async function claim(candidates: readonly Candidate[], run: TakeRun): Promise<Batch | null> {
  try {
    return await claimBatch(candidates, run.context);
  } catch (error) {
    run.stop ??= { error };
    return null;
  }
}

async function end(batch: Batch, { run, after }: { run: TakeRun; after: Promise<void> }): Promise<void> {
  const count = batch.intended.filter(isOpen).length;
  run.inFlight += count;
  try {
    const results = await endBatch(batch, run.context);
    await after;
    note(results, run);
  } catch (error) {
    run.stop ??= { error };
  } finally {
    run.inFlight -= count;
  }
}

// One may be a mistake of that moment; a file system that says it again takes nothing from anybody.
const READ_ONLY_LIMIT = 2;

function note(results: readonly SessionResult[], run: TakeRun): void {
  for (const result of results) {
    run.tally.add(result);
    run.onResult?.(result);
  }
  if (results.some(({ code }) => code === "interrupted")) run.stop ??= { error: null };
  run.readOnlyCount += results.filter(({ code }) => code === "read_only").length;
  if (run.readOnlyCount >= READ_ONLY_LIMIT) run.stop ??= { error: new ReadOnlyError(run.root) };
}
