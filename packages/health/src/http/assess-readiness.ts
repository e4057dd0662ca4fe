import { type CheckEvaluation, evaluate, WORKER_ALIVE_MS } from "../evaluate.js";
import type { LifecycleState } from "../lifecycle.js";
import type { Snapshot } from "../snapshot.js";
import { type Verdict, worst } from "../verdict.js";
import { storeCheck } from "./store-check.js";

/** Whether this instance can take traffic, why, and until when that holds. Times in ms, Redis server time. */
export interface Readiness {
  readonly verdict: Verdict;
  /** Why the verdict is `fail` whatever the checks say; `null` where the checks decide. */
  readonly code: "starting" | "draining" | null;
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
}

/** Readiness at one moment: the process's own part first, then the worst of the checks (health.md §6, §7). */
export function assessReadiness(snapshot: Snapshot, options: AssessOptions): Readiness {
  const { nowMs, hostId, lifecycle, graceOver } = options;
  const { verdict, checks, validUntilMs } = evaluate(snapshot, { nowMs, hostId });
  const store = snapshot.loaded || graceOver ? [storeCheck(snapshot)] : [];
  const code = overridingCode(snapshot.loaded, options);
  return {
    verdict: code === null ? worst([verdict, ...store.map(({ contribution }) => contribution)]) : "fail",
    code,
    lifecycle,
    loaded: snapshot.loaded,
    checks: [...checks, ...store],
    atMs: nowMs,
    validUntilMs: Math.min(validUntilMs, nextBeatBoundaryMs(snapshot, nowMs)),
  };
}

function overridingCode(loaded: boolean, { lifecycle, graceOver }: AssessOptions): Readiness["code"] {
  if (lifecycle === "draining") return "draining";
  return graceOver || (lifecycle === "ready" && loaded) ? null : "starting";
}

/** A worker that falls silent owes no host result any more, and nothing is published when that happens. */
function nextBeatBoundaryMs({ workers }: Snapshot, nowMs: number): number {
  const ends = workers.map(({ beatAtMs }) => beatAtMs + WORKER_ALIVE_MS + 1).filter((end) => end > nowMs);
  return Math.min(...ends, Number.POSITIVE_INFINITY);
}
