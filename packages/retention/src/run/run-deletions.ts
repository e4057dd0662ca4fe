import { applyPlan, type Progress } from "../apply-plan.js";
import type { CleanupPlan } from "../cleanup-plan.js";
import { readDiskSpace } from "../root/disk-space.js";
import type { SessionResult } from "../session-result.js";
import { type SettleOptions, settleOpenIntents } from "../settle/settle-open-intents.js";
import type { RetentionTarget } from "../target.js";
import { waitingInTrash } from "../trash/waiting-in-trash.js";
import type { RunState } from "./run-state.js";

/** Finishes what earlier runs left, and purges what has waited in the trash for long enough. */
export async function settleRun(state: RunState): Promise<void> {
  const { target, options, safety } = state;
  let done = 0;
  let hasRestored = false;
  let again = 0;
  const { count, bytesFreed, newest } = state.facts?.unreported ?? { count: 0, bytesFreed: 0, newest: [] };
  const told = new Set(newest);
  const onResult = ({ id, result }: SessionResult) => {
    done += 1;
    // In the journal already, by a run that did not come to take its record away.
    again += result === "deleted" && told.has(id) ? 1 : 0;
    hasRestored ||= result === "restored";
    options.onProgress?.({ phase: "settling", done, total: 0, failed: 0, bytesFreed: 0 });
  };
  const settled = await settleOpenIntents(target, { ...options, safety, onResult, purge: purgeFor(target) });
  state.settled = settled;
  state.unreported = { count: count - again, bytesFreed };
  state.inTrash = settled.inTrash;
  // A restoring that a crash interrupted, its journal lost: the trash knew of the pin, and the plan must.
  if (hasRestored) state.facts = await options.journal.facts(target);
}

// While room is short, what waits in the trash goes before anything else does: it has been decided about already.
function purgeFor({ root, policy: { minFree } }: RetentionTarget): SettleOptions["purge"] {
  const isShort = minFree !== null && readDiskSpace(root).freeBytes < minFree.warnBytes;
  return isShort ? { untilFreeBytes: minFree.targetBytes } : undefined;
}

/** Applies a plan that was allowed, within the target's budgets. */
export async function applyRun(state: RunState, plan: CleanupPlan): Promise<void> {
  const { target, options, safety, startedAtMs } = state;
  const deadlineMs = target.maxSeconds === null ? undefined : startedAtMs + target.maxSeconds * 1_000;
  const onProgress = (progress: Progress) => options.onProgress?.({ phase: "deleting", ...progress });
  const applied = await applyPlan(plan, { ...options, target, safety, deadlineMs, onProgress });
  state.applied = applied;
  if (applied.sessions.trashedCount > 0) state.inTrash = await waitingInTrash(target.root, safety);
  if (applied.error !== null) throw applied.error;
}
