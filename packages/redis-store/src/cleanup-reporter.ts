import type { Redis } from "ioredis";
import type { StoredReport, TargetStatus } from "./cleanup-status.js";
import { type RunSums, toIncrements } from "./cleanup-totals.js";
import type { Keys } from "./keys.js";
import { REPORT } from "./scripts/report.js";
import { createScriptRunner } from "./scripts/script.js";

/** One ended run as it is published; `sums` is `null` where it counts for nothing: it was dry, or turned away. */
export interface Publication {
  readonly report: StoredReport;
  readonly sums: RunSums | null;
}

/** The worker's side: tells what a target does, and how a run ended. */
export interface CleanupReporter {
  status(status: TargetStatus): Promise<void>;
  /** Publishes report and sums at once; a run that has been published before changes nothing but the status. */
  report(status: TargetStatus, publication: Publication): Promise<void>;
  /** Those of these runs that were never published, in their order. */
  unpublished(target: string, runIds: readonly string[]): Promise<readonly string[]>;
}

/** At most this many reports of a target are kept. */
export const MAX_REPORTS = 50;

// More than any worker publishes again after it was away.
const MAX_REMEMBERED = 4 * MAX_REPORTS;

/** Publishes cleanup status and reports in Redis. */
export function createCleanupReporter(client: Redis, keys: Keys): CleanupReporter {
  const run = createScriptRunner(client);
  const write = async (status: TargetStatus, published: readonly (string | number)[]) => {
    const { target } = status;
    const ours = [keys.reports(target), keys.reportHeads, keys.targets, keys.sequence];
    const head = [...ours, keys.cleanupSums(target), keys.publishedRuns(target), target, JSON.stringify(status)];
    await run(REPORT, [...head, keys.changes, MAX_REPORTS, MAX_REMEMBERED, ...published]);
  };
  return {
    status: (status) => write(status, []),
    report: (status, { report, sums }) => {
      const last =
        sums === null ? ["", 0, 0] : [JSON.stringify(sums.run), sums.run.finishedAtMs, sums.isSuccess ? 1 : 0];
      return write(status, [
        report.runId,
        JSON.stringify(report),
        ...last,
        ...(sums === null ? [] : toIncrements(sums)),
      ]);
    },
    unpublished: async (target, runIds) => {
      const known = new Set(await client.lrange(keys.publishedRuns(target), 0, -1));
      return runIds.filter((runId) => !known.has(runId));
    },
  };
}
