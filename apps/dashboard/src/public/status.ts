/** What `GET /status` answers. Times in ms, by the store's clock; `nowMs` is that clock when the answer was made. */
export interface StatusDocument {
  readonly version: 1;
  readonly nowMs: number;
  readonly verdict: Verdict;
  readonly lifecycle: "starting" | "ready" | "draining";
  readonly storeReachable: boolean;
  readonly checks: readonly CheckStatus[];
  readonly workers: readonly WorkerStatus[];
  readonly retention: readonly TargetStatus[];
}

/** What the service answers a probe, best first: `pass`, `warn`, `fail`. */
export type Verdict = "pass" | "warn" | "fail";

/** One check and, with host scope, one machine. */
export interface CheckStatus {
  readonly name: string;
  readonly scope: "fleet" | "host";
  readonly host: string | null;
  readonly critical: boolean;
  readonly state: "up" | "degraded" | "down" | "unknown";
  readonly freshness: "fresh" | "late" | "stale" | "none";
  readonly code: string;
  readonly contribution: Verdict;
  readonly counted: boolean;
  readonly ageMs: number | null;
  readonly atMs: number | null;
  readonly sinceMs: number | null;
  readonly durationMs: number | null;
  readonly pending: { readonly outcome: Verdict; readonly count: number; readonly of: number } | null;
  readonly measures: Readonly<Record<string, { readonly value: number; readonly unit: string }>>;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly lateAfterMs: number;
  readonly staleAfterMs: number;
}

/** One worker's sign of life. */
export interface WorkerStatus {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAtMs: number;
  readonly beatAtMs: number;
  readonly lastRunAtMs: number | null;
}

/** One cleanup target with its last runs, newest first or last: the page sorts them. */
export interface TargetStatus {
  readonly target: string;
  readonly schedule: string | null;
  readonly nextRunAtMs: number | null;
  /** What is going on, if anything is. */
  readonly running: boolean | { readonly done: number; readonly of: number } | null;
  readonly reports: readonly CleanupReport[];
}

/** What one cleanup run did, or in a dry run would have done. */
export interface CleanupReport {
  readonly target: string;
  readonly runId: string;
  readonly planId: string | null;
  readonly dryRun: boolean;
  readonly reason: string | null;
  readonly partial: boolean;
  readonly outcome: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
  readonly listed: number;
  readonly owned: number;
  readonly active: number;
  readonly held: number;
  readonly unknown: Readonly<Record<string, number>>;
  readonly candidates: number;
  readonly keptCount: number;
  readonly kept: readonly string[];
  readonly deletedCount: number;
  readonly deleted: readonly string[];
  readonly failed: readonly { readonly code: string }[];
  /** All of them, where `failed` lists only the first. */
  readonly failedCount?: number;
  /** What refused or ended the run. */
  readonly error?: { readonly code: string } | null;
  readonly bytesFreed: number;
}
