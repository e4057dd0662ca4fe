import { lstatSync } from "node:fs";
import { backOffUntilMs } from "../back-off.js";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { type FailureCode, failureCodeOf } from "../failure-code.js";
import { isHeld } from "../scan/inspect-session.js";
import { differenceOf, inspectPlanned } from "../scan/verify-session.js";
import type { ClaimResult } from "../session-result.js";
import { type ClaimRecord, isWaiting } from "../trash/sidecar.js";
import { inodeAt, settleAbsent } from "./settle-absent.js";
import type { SettleContext } from "./settle-context.js";

/**
 * What is to be done about one claim: nothing, it waits, or is not tried again yet; note that it ended, with its record
 * going or staying; give it back, because it is not what was planned; delete it; bring its restoring to its end.
 */
export type Judgement =
  | { readonly fate: "wait" | "back_off" | "delete" | "purge" | "restored" }
  | { readonly fate: "ended" | "trashed"; readonly result: ClaimResult }
  | { readonly fate: "give_back"; readonly code: FailureCode };

/** Judges a claim by its record, by what is in the trash and in its place. Throws the system's error. */
export function judgeClaim(
  record: ClaimRecord,
  { isPresent, context }: { readonly isPresent: boolean; readonly context: SettleContext },
): Judgement {
  if (!isPresent) return judgeAbsent(record, context);
  if (!isWaiting(record)) return judgeUnfinished(record, context);
  if (context.unsettled.has(record.claimId)) return judgeInterrupted(record, context);
  const isDue = record.purgeAfterMs !== null && record.purgeAfterMs <= context.options.nowMs();
  return { fate: isDue && !isHeldInTrash(record, context) ? "purge" : "wait" };
}

function judgeAbsent(record: ClaimRecord, { open }: SettleContext): Judgement {
  const { id, identity, restoring, purging } = record;
  const result = settleAbsent(open.root, { id, ino: identity.ino });
  if (restoring !== undefined && result.result === "kept") return { fate: "restored" };
  const isPurged = purging === true && result.result === "deleted";
  return { fate: "ended", result: isPurged ? { ...result, code: "purged" } : result };
}

function judgeUnfinished(record: ClaimRecord, context: SettleContext): Judgement {
  const { failed } = record;
  if (failed && backOffUntilMs(failed) > context.options.nowMs()) return { fate: "back_off" };
  if (record.purging === true) return { fate: "purge" };
  const code = differenceInTrash(record, context);
  return code === null ? { fate: "delete" } : { fate: "give_back", code };
}

/** One that was to wait, and whose run did not live to say that it does. */
function judgeInterrupted(record: ClaimRecord, context: SettleContext): Judgement {
  const code = differenceInTrash(record, context);
  if (code !== null) return { fate: "give_back", code };
  return { fate: "trashed", result: { result: "trashed", code: "recovered", bytesFreed: 0 } };
}

// A run that was killed may have claimed another directory, or one that was held meanwhile, and not come to compare it.
function differenceInTrash(record: ClaimRecord, context: SettleContext): FailureCode | null {
  const { open } = context;
  if (inodeAt(open.trash, record.claimId) !== record.identity.ino) return "changed";
  const session = open.trash.openDirectory(record.claimId);
  try {
    // The marker goes last: without it the deletion had come to its end, and there is nothing left to compare.
    if (lstatSync(session.child(record.markerName), { throwIfNoEntry: false }) === undefined) return null;
    return differenceTo(record, { session, context });
  } finally {
    session.close();
  }
}

interface Opened {
  readonly session: DirectoryHandle;
  readonly context: SettleContext;
}

function differenceTo(record: ClaimRecord, { session, context }: Opened): FailureCode | null {
  const { owns } = context.target;
  const parsed = owns.parseName(record.id);
  // Claimed by another rule than today's: what can still be asked is whether somebody holds it.
  if (parsed === null || owns.markerName !== record.markerName) return isHeld(session.path) ? "held" : null;
  const planned = { ...PLANNED, id: record.id, ...parsed, identity: record.identity };
  return differenceOf(inspectPlanned(session, { planned, owns }), planned);
}

const PLANNED = { kind: "owned", latestMs: 0, bytes: null } as const;

function isHeldInTrash({ claimId }: ClaimRecord, { open }: SettleContext): boolean {
  const session = open.trash.openDirectory(claimId);
  try {
    return isHeld(session.path);
  } finally {
    session.close();
  }
}

/** The same as {@link judgeClaim}; what cannot be looked at stays in the trash with its code. */
export function judgeSafely(record: ClaimRecord, looking: Parameters<typeof judgeClaim>[1]): Judgement {
  try {
    return judgeClaim(record, looking);
  } catch (error) {
    return { fate: "trashed", result: { result: "in_trash", code: failureCodeOf(error), bytesFreed: 0 } };
  }
}
