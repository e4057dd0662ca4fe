import type { Redis } from "ioredis";
import { MAX_REPORTS } from "./cleanup-reporter.js";
import { decodeReport, decodeTargetStatus, type StoredReport, type TargetStatus } from "./cleanup-status.js";
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

/** One target's status and last run; `null` where nobody has announced it. */
export async function readTarget(
  client: Redis,
  keys: Keys,
  target: string,
): Promise<(TargetStatus & CleanupSums) | null> {
  const [text, sums] = await Promise.all([client.hget(keys.targets, target), client.hgetall(keys.cleanupSums(target))]);
  const status = decodeTargetStatus(target, text ?? "null");
  return status === null ? null : { ...status, ...decodeSums(sums) };
}
