import { failureCodeOf } from "../failure-code.js";
import type { Outcome, Pinned } from "../journal.js";
import type { ClaimResult } from "../session-result.js";
import { keepBallast } from "../trash/ballast.js";
import { keepSidecar } from "../trash/keep-sidecar.js";
import { putBack } from "../trash/put-back.js";
import { resultOf } from "../trash/result-of.js";
import { type ClaimRecord, isWaiting, type Sidecar } from "../trash/sidecar.js";
import { SIDECAR_SUFFIX } from "../trash/trash-name.js";
import { waitingUntil } from "../trash/waiting-until.js";
import type { Judgement } from "./judge-claim.js";
import type { SettleContext } from "./settle-context.js";

/** A claim and what is to be done about it. */
export interface JudgedClaim {
  readonly record: ClaimRecord;
  readonly judgement: Judgement;
}

interface Carrying {
  readonly sidecar: Sidecar;
  readonly context: SettleContext;
}

/** A claim on its way: its record, `null` once it goes, and its outcome, `null` when there is nothing to tell. */
interface Carried extends JudgedClaim {
  left: ClaimRecord | null;
  result: ClaimResult | null;
}

/**
 * Does what was judged: gives back, deletes, journals what became of each, and then keeps the records that are left. The
 * record goes last, because one that waited in the trash has no open intent by which a crash would be noticed.
 */
export async function carryOut(judged: readonly JudgedClaim[], { sidecar, context }: Carrying): Promise<void> {
  const carried = judged.map((claim): Carried => ({ ...claim, left: claim.record, result: null }));
  for (const claim of carried) begin(claim, context);
  if (carried.some(({ judgement }) => judgement.fate === "give_back")) await syncBoth(context);
  await markPurged(carried, { sidecar, context });
  await deleteAll(carried, context);
  await tell(carried, context);
  await keepRecords(carried, { sidecar, context });
  keepBallast(context.open.trash);
  count(carried, context);
}

function begin(claim: Carried, context: SettleContext): void {
  const { judgement, record } = claim;
  if (judgement.fate === "ended") Object.assign(claim, { left: null, result: judgement.result });
  if (judgement.fate === "trashed") claim.result = judgement.result;
  if (judgement.fate === "restored") Object.assign(claim, { left: null, result: RESTORED });
  if (judgement.fate === "give_back") giveBack(claim, { code: judgement.code, context });
  // It was to be brought back, and still is where it was.
  if (judgement.fate === "wait" && record.restoring) claim.left = { ...record, restoring: undefined };
}

const RESTORED: ClaimResult = { result: "restored", code: "recovered", bytesFreed: 0 };

type GivingBack = { readonly code: ClaimResult["code"]; readonly context: SettleContext };

function giveBack(claim: Carried, { code, context }: GivingBack): void {
  const { root, trash } = context.open;
  const { claimId, id } = claim.record;
  try {
    if (putBack({ root, trash, claimId, id })) {
      Object.assign(claim, { left: null, result: { result: "kept", code, bytesFreed: 0 } });
    } else fail(claim, { result: { result: "in_trash", code: "name_taken", bytesFreed: 0 }, context });
  } catch (error) {
    fail(claim, { result: { result: "in_trash", code: failureCodeOf(error), bytesFreed: 0 }, context });
  }
  context.options.onStep?.("put_back");
}

function fail(claim: Carried, { result, context }: { result: ClaimResult; context: SettleContext }): void {
  const attempts = (claim.record.failed?.attempts ?? 0) + 1;
  claim.result = result;
  claim.left = { ...(claim.left ?? claim.record), failed: { attempts, atMs: context.options.nowMs() } };
}

async function syncBoth({ open }: SettleContext): Promise<void> {
  await Promise.all([open.root.sync(), open.trash.sync()]);
}

/** Says on disk that these can no longer be restored, before the first of their files goes. */
async function markPurged(carried: readonly Carried[], { sidecar, context }: Carrying): Promise<void> {
  const begun = carried.filter(({ record, judgement }) => judgement.fate === "purge" && record.purging !== true);
  if (begun.length === 0) return;
  for (const claim of begun) claim.left = { ...claim.record, purging: true };
  try {
    await keepSidecar(context.open.trash, { ...sidecar, claims: leftOf(carried) });
    context.options.onStep?.("purge_marked");
  } catch (error) {
    // What could not be marked could be taken for whole: it waits on.
    for (const claim of begun) {
      claim.left = claim.record;
      claim.result = { result: "in_trash", code: failureCodeOf(error), bytesFreed: 0 };
    }
  }
}

function leftOf(carried: readonly Carried[]): ClaimRecord[] {
  return carried.flatMap(({ left }) => (left === null ? [] : [left]));
}

async function deleteAll(carried: readonly Carried[], context: SettleContext): Promise<void> {
  const { workers, open, options } = context;
  const going = carried.filter(({ judgement, result }) => result === null && isDeletion(judgement));
  const tasks = going.map(({ record: { claimId: name, markerName, identity } }) => {
    return { kind: "delete", name, markerName, ino: identity.ino } as const;
  });
  const onFileDeleted = options.onStep && (() => options.onStep?.("file_deleted"));
  const onDone = () => options.onStep?.("deleted");
  const results = await workers.run(tasks, { parent: open.trash, signal: options.signal, onDone, onFileDeleted });
  for (const [index, claim] of going.entries()) {
    const result = results[index];
    if (result) end(claim, { result: resultOf(result), context });
  }
}

function isDeletion({ fate }: Judgement): boolean {
  return fate === "delete" || fate === "purge";
}

function end(claim: Carried, { result, context }: { result: ClaimResult; context: SettleContext }): void {
  const code = claim.judgement.fate === "purge" ? "purged" : "recovered";
  if (result.result === "deleted") Object.assign(claim, { left: null, result: { ...result, code } });
  else fail(claim, { result, context });
}

async function keepRecords(carried: readonly Carried[], { sidecar, context }: Carrying): Promise<void> {
  const claims = leftOf(carried);
  const isUnchanged = claims.length === sidecar.claims.length && carried.every(({ left, record }) => left === record);
  if (isUnchanged) return;
  try {
    await keepSidecar(context.open.trash, { ...sidecar, claims });
    context.options.onStep?.("sidecar_removed");
  } catch (error) {
    // The old records are still there, so the next run finds them once more and says so once more.
    context.unkept.push({ id: `${sidecar.batchId}${SIDECAR_SUFFIX}`, code: failureCodeOf(error) });
  }
}

async function tell(carried: readonly Carried[], context: SettleContext): Promise<void> {
  const { target, options, open, sessions, counts } = context;
  const ended = carried.filter(({ result }) => result !== null);
  if (ended.length === 0) return;
  const about = { atMs: options.nowMs(), runId: options.runId, target: target.name, root: open.identity.path };
  await options.journal.append(...ended.flatMap((claim) => eventsOf(claim, about)));
  options.onStep?.("outcomes");
  for (const { record, result } of ended) {
    if (result === null) continue;
    if (result.code === "purged") counts.purged += 1;
    // A claim a crash had interrupted before it began is not a failure, and what a restore brought back is no deletion.
    else if (result.result === "deleted" || result.result === "in_trash") sessions.add({ id: record.id, ...result });
    options.onResult?.({ id: record.id, ...result });
  }
}

type About = Pick<Outcome, "atMs" | "runId" | "target" | "root">;

function eventsOf({ record, result }: Carried, about: About): (Outcome | Pinned)[] {
  const { id, claimId, restoring } = record;
  if (result === null) return [];
  const outcome: Outcome = { type: "outcome", ...about, id, claimId, ...result, ...waitingUntil(record, result) };
  if (result.result !== "restored" || restoring === undefined) return [outcome];
  return [outcome, { type: "pinned", ...about, id, untilMs: restoring.untilMs, reason: restoring.reason }];
}

function count(carried: readonly Carried[], { counts }: SettleContext): void {
  for (const { left, judgement } of carried) {
    if (judgement.fate === "back_off") counts.backingOff += 1;
    if (left === null || !isWaiting(left)) continue;
    counts.waiting += 1;
    counts.waitingBytes += left.bytes ?? 0;
  }
}
