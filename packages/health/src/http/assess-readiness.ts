import { type CheckEvaluation, evaluate } from "../evaluate.js";
import { type GuardDecision, guardedVerdict, UNGUARDED } from "../guard.js";
import type { LifecycleState } from "../lifecycle.js";
import type { Snapshot } from "../snapshot.js";
import { type Verdict, worst } from "../verdict.js";
import { storeCheck } from "./store-check.js";

/** Whether this instance can take traffic, why, and until when that holds. Times in ms, Redis server time. */
export interface Readiness {
  readonly verdict: Verdict;
  /** The verdict before the guard: what it is told of and what it counts. */
  readonly rawVerdict: Verdict;
  /** Why the verdict is not what the checks say; `null` where they decide. */
  readonly code: "starting" | "draining" | "guarded" | null;
  /** Whether it has ever been ready: whoever has not is never held back, so that a roll-out still stops. */
  readonly isReadyOnce: boolean;
  /** Which failures are held back, for answers that leave checks out. */
  readonly guard: GuardDecision;
  readonly lifecycle: LifecycleState;
  readonly loaded: boolean;
  /** Every check, the synthetic `store` among them. */
  readonly checks: readonly CheckEvaluation[];
  readonly atMs: number;
  /** The next moment at which time alone changes the answer. */
  readonly validUntilMs: number;
}

/** What readiness depends on besides the snapshot. */
export interface AssessOptions {
  readonly nowMs: number;
  readonly hostId: string;
  readonly lifecycle: LifecycleState;
  /** Whether the time allowed for a start is over. */
  readonly graceOver: boolean;
  /** Default `false`. */
  readonly isReadyOnce?: boolean;
  /** Default {@link UNGUARDED}. Never applies to an instance that starts, drains, or has never been ready. */
  readonly guard?: GuardDecision;
}

/** Readiness at one moment: the process's own part first, then the worst of the checks (health.md §6, §7). */
export function assessReadiness(snapshot: Snapshot, options: AssessOptions): Readiness {
  const { nowMs, hostId, lifecycle, graceOver, isReadyOnce = false } = options;
  const { verdict: ofChecks, checks, validUntilMs } = evaluate(snapshot, { nowMs, hostId });
  const store = snapshot.loaded || graceOver ? [storeCheck(snapshot)] : [];
  const code = overridingCode(snapshot.loaded, options);
  const rawVerdict = code === null ? worst([ofChecks, ...store.map(({ contribution }) => contribution)]) : "fail";
  const guard = isReadyOnce ? (options.guard ?? UNGUARDED) : UNGUARDED;
  const verdict = code === null ? guardedVerdict(rawVerdict, checks, guard) : "fail";
  return {
    verdict,
    rawVerdict,
    code: verdict === rawVerdict ? code : "guarded",
    isReadyOnce: isReadyOnce || rawVerdict !== "fail",
    guard,
    lifecycle,
    loaded: snapshot.loaded,
    checks: [...checks, ...store],
    atMs: nowMs,
    validUntilMs,
  };
}

function overridingCode(loaded: boolean, { lifecycle, graceOver }: AssessOptions): "starting" | "draining" | null {
  if (lifecycle === "draining") return "draining";
  return graceOver || (lifecycle === "ready" && loaded) ? null : "starting";
}
