import type { Redis } from "ioredis";
import { MAX_REPORTS } from "./cleanup-reporter.js";
import {
  decodeReport,
  decodeTargetStatus,
  parseObject,
  type StoredReport,
  type TargetStatus,
} from "./cleanup-status.js";
import { type CleanupSums, decodeSums } from "./cleanup-totals.js";
import type { Keys } from "./keys.js";

/** One target with its newest reports first, and what all its runs came to. */
export interface TargetReports extends TargetStatus, CleanupSums {
  readonly reports: readonly StoredReport[];
}

/** What the store says of the targets, and what the reader knew before. */
export interface TargetSources {
  /** Target → its status. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Target → the id of its newest report. */
  readonly heads: Readonly<Record<string, string>>;
  readonly known: readonly TargetReports[];
}

/** The targets; the runs of one are fetched only where its newest is not the known one. */
export function readTargets(
  client: Redis,
  keys: Keys,
  { statuses, heads, known }: TargetSources,
): Promise<TargetReports[]> {
  const found = Object.entries(statuses)
    .flatMap(([name, text]) => decodeTargetStatus(name, text) ?? [])
    .map(async (status) => {
      const before = known.find(({ target }) => target === status.target);
      const isKnown = before !== undefined && before.reports[0]?.runId === heads[status.target];
      return { ...(isKnown ? before : await readRuns(client, keys, status.target)), ...status };
    });
  return Promise.all(found);
}

type Runs = CleanupSums & Pick<TargetReports, "reports">;

async function readRuns(client: Redis, keys: Keys, target: string): Promise<Runs> {
  const [texts, sums] = await Promise.all([
    client.lrange(keys.reports(target), 0, MAX_REPORTS - 1),
    client.hgetall(keys.cleanupSums(target)),
  ]);
  return { reports: texts.flatMap((text) => decodeReport(text) ?? []), ...decodeSums(sums) };
}

/** One target's status, what its runs came to, and how the newest of them ended. */
export interface TargetState extends TargetStatus, CleanupSums {
  /** The newest that were not dry, newest first, at most ten. */
  readonly recent: readonly RecentRun[];
}

/** How a run ended. */
export interface RecentRun {
  readonly outcome: string;
  /** In ms since the epoch. */
  readonly finishedAtMs: number;
}

const MAX_RECENT = 10;

/** One target's state; `null` where nobody has announced it. */
export async function readTarget(client: Redis, keys: Keys, target: string): Promise<TargetState | null> {
  const [text, sums, reports] = await Promise.all([
    client.hget(keys.targets, target),
    client.hgetall(keys.cleanupSums(target)),
    client.lrange(keys.reports(target), 0, MAX_RECENT - 1),
  ]);
  const status = decodeTargetStatus(target, text ?? "null");
  return status === null ? null : { ...status, ...decodeSums(sums), recent: recentRuns(reports) };
}

function recentRuns(texts: readonly string[]): RecentRun[] {
  const runs = texts.flatMap((text) => {
    const { outcome, finishedAtMs, dryRun } = parseObject(text) ?? {};
    const isRun = dryRun !== true && typeof outcome === "string" && typeof finishedAtMs === "number";
    return isRun ? [{ outcome, finishedAtMs }] : [];
  });
  // One that was published late stands before those that ended after it.
  return runs.toSorted((a, b) => b.finishedAtMs - a.finishedAtMs);
}
