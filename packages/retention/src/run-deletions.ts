import { applyPlan, type Progress } from "./apply-plan.js";
import type { CleanupPlan } from "./cleanup-plan.js";
import type { RunState } from "./run-state.js";
import { settleOpenIntents } from "./settle-open-intents.js";

/** Finishes what earlier runs left, and purges what has waited in the trash for long enough. */
export async function settleRun(state: RunState): Promise<void> {
  const { target, options, safety } = state;
  let done = 0;
  const onResult = () => {
    done += 1;
    options.onProgress?.({ phase: "settling", done, total: 0, failed: 0, bytesFreed: 0 });
  };
  state.settled = await settleOpenIntents(target, { ...options, safety, onResult });
}

/** Applies a plan that was allowed, within the target's budgets. */
export async function applyRun(state: RunState, plan: CleanupPlan): Promise<void> {
  const { target, options, safety, startedAtMs } = state;
  const deadlineMs = target.maxSeconds === null ? undefined : startedAtMs + target.maxSeconds * 1_000;
  const onProgress = (progress: Progress) => options.onProgress?.({ phase: "deleting", ...progress });
  const applied = await applyPlan(plan, { ...options, target, safety, deadlineMs, onProgress });
  state.applied = applied;
  if (applied.error !== null) throw applied.error;
}
