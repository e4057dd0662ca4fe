import type { CheckEvaluation, Readiness, Verdict, WorkerBeat } from "@caretaker/health";
import type { RunningCleanup, TargetReports } from "@caretaker/redis-store";

/** One check as the status tells it, the same whether the store was read or an API was asked. */
export interface CheckStatus
  extends Pick<
    CheckEvaluation,
    | "name"
    | "host"
    | "state"
    | "freshness"
    | "code"
    | "contribution"
    | "counted"
    | "pending"
    | "measures"
    | "ageMs"
    | "sinceMs"
    | "durationMs"
  > {
  readonly critical: boolean;
}

/** How the newest run of a target ended; what a version that wrote another report did not tell is `null`. */
export interface LastRun {
  readonly runId: string;
  readonly outcome: string | null;
  readonly dryRun: boolean | null;
  readonly finishedAtMs: number | null;
  readonly deletedCount: number | null;
  readonly bytesFreed: number | null;
}

/** One retention target and its newest run; `null` before the first. */
export interface TargetStatus extends Pick<TargetReports, "target" | "schedule" | "nextRunAtMs"> {
  readonly running: Pick<RunningCleanup, "runId" | "startedAtMs" | "done" | "of"> | null;
  readonly lastRun: LastRun | null;
}

/** What `caretaker status` tells. Times in ms, Redis server time. */
export interface StatusReport {
  /** What was asked, without anything secret of its address. */
  readonly source: string;
  readonly nowMs: number;
  readonly verdict: Verdict;
  /** Why the verdict is not what the checks say; `null` where they decide. */
  readonly code: Readiness["code"];
  readonly storeReachable: boolean;
  readonly checks: readonly CheckStatus[];
  readonly workers: readonly WorkerBeat[];
  readonly targets: readonly TargetStatus[];
}
