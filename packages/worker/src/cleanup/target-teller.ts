import type { CleanupReporter, RunningCleanup, StoredReport, TargetStatus } from "@caretaker/redis-store";
import type { CleanupReport, RetentionTarget } from "@caretaker/retention";
import type { WorkerLog } from "../log.js";
import { publicError } from "../public-error.js";
import { nextCleanupMs, overdueAfterMs, type ScheduledTarget, scheduleText } from "./cleanup-schedule.js";
import { type JournaledReport, runSums } from "./run-sums.js";

/** The runs that have ended, from the journal: newest first, at most as many as asked for. */
export type CleanupHistory = (
  target: string,
  limit: number,
) => readonly { readonly runId: string; readonly report: Partial<CleanupReport> | null }[];

/** What telling of a target needs. */
export interface TargetTellerOptions extends ScheduledTarget {
  readonly hostId: string;
  readonly reporter: CleanupReporter;
  /** `null`: what could not be published when a run ended never is. */
  readonly history: CleanupHistory | null;
  readonly log: WorkerLog;
}

/** Publishes what a target does. */
export interface TargetTeller {
  /** Publishes the target's status as it is. */
  announce(): Promise<void>;
  running(running: RunningCleanup): Promise<void>;
  /** Publishes how a run ended; it is in the journal whatever happens here. */
  ended(report: CleanupReport): Promise<void>;
  /** Publishes the runs of the journal that never were: the store was away or lost them, or a command line did them. */
  catchUp(): Promise<void>;
  hasTold(runId: string): Promise<boolean>;
}

// As many as are shown.
const CAUGHT_UP = 50;

/** The teller of one target. */
export function createTargetTeller(options: TargetTellerOptions): TargetTeller {
  const { target, reporter, log } = options;
  let current: RunningCleanup | null = null;
  const status = () => statusOf(options, current);
  const tell = async (report: JournaledReport) =>
    reporter.report(await status(), { report: toPublic(report), sums: runSums(report) });
  return {
    announce: async () => reporter.status(await status()),
    running: async (running) => {
      current = running;
      await reporter.status(await status());
    },
    ended: async (report) => {
      current = null;
      try {
        await tell(report);
      } catch (error) {
        log.warn("cleanup report not published", { target: target.name, runId: report.runId, error });
      }
    },
    catchUp: async () => {
      const ended = endedRuns(options);
      const missing = new Set(await reporter.unpublished(target.name, [...ended.keys()]));
      for (const [runId, report] of ended) if (missing.has(runId)) await tell(report);
      if (missing.size > 0) log.info("cleanup reports published late", { target: target.name, runIds: [...missing] });
    },
    hasTold: async (runId) => (await reporter.unpublished(target.name, [runId])).length === 0,
  };
}

function toPublic(report: JournaledReport): StoredReport {
  return { ...report, error: publicError(report.error ?? null) };
}

/** The journal's ended runs, oldest first. */
function endedRuns({ history, target }: TargetTellerOptions): ReadonlyMap<string, JournaledReport> {
  const runs = (history?.(target.name, CAUGHT_UP) ?? []).toReversed();
  return new Map(runs.flatMap(({ runId, report }) => (isWhole(report) ? [[runId, report]] : [])));
}

function isWhole(report: Partial<CleanupReport> | null): report is JournaledReport {
  return report?.runId !== undefined && report.outcome !== undefined && report.finishedAtMs !== undefined;
}

async function statusOf(
  { target, queue, hostId }: { readonly target: RetentionTarget } & Pick<TargetTellerOptions, "queue" | "hostId">,
  running: RunningCleanup | null,
): Promise<TargetStatus> {
  const schedule = { schedule: scheduleText(target), overdueAfterMs: overdueAfterMs(target) };
  return { target: target.name, host: hostId, ...schedule, nextRunAtMs: await nextCleanupMs({ queue }), running };
}
