import {
  type CheckDefinition,
  type CheckResult,
  type Code,
  defineCheck,
  isCheckName,
  pass,
  warn,
} from "@caretaker/health";
import type { CleanupSums, TargetStatus } from "@caretaker/redis-store";

/** What the store says of a target. */
export type KnownTarget = TargetStatus & CleanupSums;

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
 * A target's own health subject: `warn` while a run is overdue, was refused or failed. Any worker may look, since it
 * asks the store and not the disk: also when the machine that has the disk is gone.
 */
export function retentionCheck(target: string, read: (target: string) => Promise<KnownTarget | null>): CheckDefinition {
  return defineCheck({
    name: retentionCheckName(target),
    every: "10s",
    run: async () => judgeTarget(await read(target), Date.now()),
  });
}

/** What the state of a target is worth at a moment, in ms since the epoch. Pure. */
export function judgeTarget(target: KnownTarget | null, nowMs: number): CheckResult {
  if (target === null) return warn("no_data");
  const lateMs = overdueMs(target, nowMs);
  if (lateMs > 0) return warn("stale", { overdueMs: { value: lateMs, unit: "ms" } });
  const { lastRun } = target;
  if (lastRun?.outcome === "refused") return warn("refused");
  if (lastRun?.outcome === "failed") return warn(FAILURES.get(lastRun.code ?? "") ?? "internal");
  return pass();
}

// A run publishes where it is at least every 5 s.
const DEAD_AFTER_MS = 15_000;

/** How long the next run should have begun already; 0 while it is not late, or a run goes on, which it waits for. */
function overdueMs({ nextRunAtMs, overdueAfterMs, running }: KnownTarget, nowMs: number): number {
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
