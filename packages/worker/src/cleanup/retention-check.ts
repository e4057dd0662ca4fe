import {
  type CheckDefinition,
  type CheckResult,
  type Code,
  defineCheck,
  isCheckName,
  pass,
  warn,
} from "@caretaker/health";
import type { TargetState } from "@caretaker/redis-store";

/** The name of a target's own check. */
function retentionCheckName(target: string): string {
  return `retention-${target}`;
}

/** What is wrong with a target's name as that of a check. */
export function retentionCheckProblem(target: string): string | null {
  if (isCheckName(retentionCheckName(target))) return null;
  const most = MAX_NAME_LENGTH - retentionCheckName("").length;
  return `retention target "${target}": the name has ${target.length} characters; at most ${most} are allowed, since its check is called retention-<name>`;
}

const MAX_NAME_LENGTH = 63;

/**
 * A target's own health subject: `warn` while a run is overdue, was refused or failed, or each finds the root busy. Any worker may look, since it
 * asks the store and not the disk: also when the machine that has the disk is gone.
 */
export function retentionCheck(target: string, read: (target: string) => Promise<TargetState | null>): CheckDefinition {
  return defineCheck({
    name: retentionCheckName(target),
    every: "10s",
    run: async () => judgeTarget(await read(target), Date.now()),
  });
}

/** What the state of a target is worth at a moment, in ms since the epoch. Pure. */
export function judgeTarget(target: TargetState | null, nowMs: number): CheckResult {
  if (target === null) return warn("no_data");
  const lateMs = overdueMs(target, nowMs);
  if (lateMs > 0) return warn("stale", { overdueMs: { value: lateMs, unit: "ms" } });
  const { lastRun } = target;
  if (lastRun?.outcome === "refused") return warn("refused");
  if (lastRun?.outcome === "failed") return warn(FAILURES.get(lastRun.code ?? "") ?? "internal");
  const busyMs = busyFor(target);
  if (busyMs > target.overdueAfterMs) return warn("locked", { busyMs: { value: busyMs, unit: "ms" } });
  return pass();
}

/** From the first to the last of the newest runs that all found another process at work in the root; 0 for none. */
function busyFor({ recent }: TargetState): number {
  const other = recent.findIndex(({ outcome }) => outcome !== "busy");
  const busy = recent.slice(0, other === -1 ? recent.length : other);
  return (busy[0]?.finishedAtMs ?? 0) - (busy.at(-1)?.finishedAtMs ?? 0);
}

// A run publishes where it is at least every 5 s.
const DEAD_AFTER_MS = 15_000;

/** How long the next run should have begun already; 0 while it is not late, or a run goes on, which it waits for. */
function overdueMs({ nextRunAtMs, overdueAfterMs, running }: TargetState, nowMs: number): number {
  const isAtWork = running !== null && nowMs - running.updatedAtMs < DEAD_AFTER_MS;
  if (nextRunAtMs === null || isAtWork) return 0;
  const lateMs = nowMs - nextRunAtMs;
  return lateMs > overdueAfterMs ? lateMs : 0;
}

const FAILURES: ReadonlyMap<string, Code> = new Map<string, Code>([
  ["permission", "permission"],
  ["read_only", "permission"],
  ["busy", "locked"],
  ["no_space", "threshold"],
]);
