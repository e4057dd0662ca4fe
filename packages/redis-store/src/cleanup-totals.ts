import { numberOr, parseObject } from "./cleanup-status.js";

/** How many sessions came to one end, for one reason. */
export interface SessionCount {
  /** `deleted`, `trashed`, `purged`, `failed` or `skipped`. */
  readonly outcome: string;
  /** `ok`, or a code of the retention core. */
  readonly reason: string;
  readonly count: number;
}

/** Sums over every published run of a target: they only grow, each run is in them once, dry ones never. */
export interface CleanupTotals {
  readonly sessions: readonly SessionCount[];
  /** How many runs ended in each way, by the report's `outcome`. */
  readonly runs: Readonly<Record<string, number>>;
  readonly freedBytes: number;
}

/** The newest run of a target that was neither dry nor turned away because another was at work. */
export interface LastCleanup {
  readonly runId: string;
  /** The report's `outcome`. */
  readonly outcome: string;
  readonly finishedAtMs: number;
  /** The code of what refused or ended it; `null` for nothing. */
  readonly code: string | null;
  /** The plan that waits for its confirmation, where guards refused it. */
  readonly planId: string | null;
  readonly guards: readonly { readonly guard: string; readonly why: string }[];
}

/** What all published runs of a target came to. Times in ms. */
export interface CleanupSums {
  readonly totals: CleanupTotals;
  readonly lastRun: LastCleanup | null;
  /** When a run last did what it should, as far as it was allowed to; `null` if none has. */
  readonly lastSuccessAtMs: number | null;
}

/** What one published run adds. */
export interface RunSums {
  readonly sessions: readonly SessionCount[];
  readonly freedBytes: number;
  readonly isSuccess: boolean;
  readonly run: LastCleanup;
}

/** The fields of the hash of sums whose numbers grow. */
export function toIncrements({ sessions, freedBytes, run }: RunSums): (string | number)[] {
  const counts = sessions.flatMap(({ outcome, reason, count }) => [`sessions:${outcome}:${reason}`, count]);
  return [...counts, "freedBytes", freedBytes, `runs:${run.outcome}`, 1];
}

/** The hash of sums; what it holds besides is left out. */
export function decodeSums(hash: Readonly<Record<string, string>>): CleanupSums {
  // A hash has no order of its own.
  const fields = Object.entries(hash).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    totals: {
      sessions: fields.flatMap(([field, value]) => {
        const [kind, outcome, reason] = field.split(":");
        const isCount = kind === "sessions" && outcome !== undefined && reason !== undefined;
        return isCount ? [{ outcome, reason, count: toCount(value) }] : [];
      }),
      runs: Object.fromEntries(
        fields.flatMap(([field, value]) => (field.startsWith("runs:") ? [[field.slice(5), toCount(value)]] : [])),
      ),
      freedBytes: toCount(hash["freedBytes"]),
    },
    lastRun: decodeLastCleanup(hash["lastRun"]),
    lastSuccessAtMs: hash["lastSuccessMs"] === undefined ? null : toCount(hash["lastSuccessMs"]),
  };
}

function toCount(text: string | undefined): number {
  const count = Number(text ?? 0);
  return Number.isFinite(count) ? count : 0;
}

function decodeLastCleanup(text: string | undefined): LastCleanup | null {
  const { runId, outcome, finishedAtMs, code, planId, guards } = parseObject(text ?? "null") ?? {};
  if (typeof runId !== "string" || typeof outcome !== "string") return null;
  return {
    runId,
    outcome,
    finishedAtMs: numberOr(finishedAtMs, 0),
    code: typeof code === "string" ? code : null,
    planId: typeof planId === "string" ? planId : null,
    guards: Array.isArray(guards) ? (guards as LastCleanup["guards"]) : [],
  };
}
