import type { Redis } from "ioredis";
import type { Keys } from "./keys.js";
import { REPORT } from "./scripts/report.js";
import { createScriptRunner } from "./scripts/script.js";

/** What is known of one retention target besides its reports. Times in ms. */
export interface TargetStatus {
  readonly target: string;
  /** The interval or cron expression, as the user wrote it. */
  readonly schedule: string;
  readonly nextRunAtMs: number | null;
  /** The run that is going on, if one is. */
  readonly running: {
    readonly runId: string;
    readonly startedAtMs: number;
    readonly done: number;
    readonly of: number;
  } | null;
}

/** One cleanup report as stored: its id, and the JSON the retention core made of it. */
export interface StoredReport {
  readonly runId: string;
  readonly [field: string]: unknown;
}

/** One target with its newest reports first. */
export interface TargetReports extends TargetStatus {
  readonly reports: readonly StoredReport[];
}

/** The worker's side: tells what a target does, and how a run ended. */
export interface CleanupReporter {
  status(status: TargetStatus): Promise<void>;
  report(status: TargetStatus, report: StoredReport): Promise<void>;
}

/** A target's status as stored under its name, or `null` for anything that is not one; never throws. */
export function decodeTargetStatus(name: string, text: string): TargetStatus | null {
  const { target, schedule, nextRunAtMs, running } = parseObject(text) ?? {};
  if (target !== name || typeof schedule !== "string") return null;
  const nextRun = typeof nextRunAtMs === "number" && Number.isFinite(nextRunAtMs) ? nextRunAtMs : null;
  return { target: name, schedule, nextRunAtMs: nextRun, running: isRunning(running) ? running : null };
}

/** A stored report, or `null` for anything that is not one; never throws. Its content is shown, never acted on. */
export function decodeReport(text: string): StoredReport | null {
  const report = parseObject(text);
  return typeof report?.["runId"] === "string" ? (report as StoredReport) : null;
}

function isRunning(value: unknown): value is NonNullable<TargetStatus["running"]> {
  if (typeof value !== "object" || value === null) return false;
  const { runId, startedAtMs, done, of } = value as Record<string, unknown>;
  return typeof runId === "string" && [startedAtMs, done, of].every(Number.isFinite);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** At most this many reports of a target are kept. */
export const MAX_REPORTS = 50;

/** Publishes cleanup status and reports in Redis. */
export function createCleanupReporter(client: Redis, keys: Keys): CleanupReporter {
  const run = createScriptRunner(client);
  const write = async (status: TargetStatus, runId: string, report: string) => {
    await run(REPORT, [
      keys.reports(status.target),
      keys.reportHeads,
      keys.targets,
      keys.sequence,
      status.target,
      runId,
      report,
      MAX_REPORTS,
      JSON.stringify(status),
      keys.changes,
    ]);
  };
  return {
    status: (status) => write(status, "", ""),
    report: (status, report) => write(status, report.runId, JSON.stringify(report)),
  };
}
