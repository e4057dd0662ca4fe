import { formatBytes } from "./format-bytes.js";
import { formatDuration } from "./format-duration.js";
import type { CleanupReport, TargetStatus } from "./status.js";
import type { Marked, Tone } from "./view.js";

/** One cleanup target, every text ready to be shown. */
export interface TargetView {
  readonly name: string;
  readonly schedule: string;
  readonly next: string;
  /** What is going on, in words; empty for nothing. */
  readonly running: string;
  readonly reports: readonly ReportRow[];
}

/** One line of a target's runs. */
export interface ReportRow {
  readonly runId: string;
  readonly when: string;
  readonly outcome: Marked;
  readonly badges: readonly string[];
  readonly reason: string;
  readonly candidates: string;
  readonly kept: string;
  readonly deleted: string;
  readonly unknown: string;
  readonly failed: string;
  readonly freed: string;
}

const MAX_SHOWN_REPORTS = 10;

/** The cleanup targets by name, each with its newest runs first. */
export function targetViews(targets: readonly TargetStatus[], nowMs: number): readonly TargetView[] {
  return targets
    .toSorted((a, b) => (a.target < b.target ? -1 : 1))
    .map(({ target, schedule, nextRunAtMs, running, reports }) => ({
      name: target,
      schedule: schedule ?? "only when asked",
      next: nextRun(nextRunAtMs, nowMs),
      running: progress(running),
      reports: reports
        .toSorted((a, b) => b.startedAtMs - a.startedAtMs)
        .slice(0, MAX_SHOWN_REPORTS)
        .map((report) => reportRow(report, nowMs)),
    }));
}

function nextRun(nextRunAtMs: number | null, nowMs: number): string {
  if (nextRunAtMs === null) return "not scheduled";
  const leftMs = nextRunAtMs - nowMs;
  return leftMs >= 0 ? `in ${formatDuration(leftMs)}` : `overdue by ${formatDuration(-leftMs)}`;
}

function reportRow(report: CleanupReport, nowMs: number): ReportRow {
  return {
    runId: report.runId,
    when: `${formatDuration(nowMs - report.startedAtMs)} ago`,
    outcome: outcomeOf(report),
    badges: [...(report.dryRun ? ["dry run"] : []), ...(report.partial ? ["partial"] : [])],
    reason: report.reason ?? "",
    candidates: String(report.candidates),
    kept: String(report.keptCount),
    deleted: String(report.deletedCount),
    unknown: counts(report.unknown),
    failed: failures(report),
    freed: formatBytes(report.bytesFreed),
  };
}

// Every other outcome ("busy", and what later versions add) must not look like success.
const TONES: ReadonlyMap<string, Tone> = new Map([
  ["done", "pass"],
  ["partial", "warn"],
  ["failed", "fail"],
  ["refused", "fail"],
]);

function outcomeOf({ outcome, error }: CleanupReport): Marked {
  const code = error === undefined || error === null ? "" : `: ${error.code}`;
  return { tone: TONES.get(outcome) ?? "unknown", word: outcome + code };
}

function progress(running: TargetStatus["running"]): string {
  if (typeof running === "boolean") return running ? "running" : "";
  return running === null ? "" : `running, ${running.done} of ${running.of}`;
}

function counts(unknown: CleanupReport["unknown"]): string {
  const reasons = Object.entries(unknown).filter(([, count]) => count > 0);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  const listed = reasons.toSorted(([, a], [, b]) => b - a).map(([reason, count]) => `${reason} ${count}`);
  return total === 0 ? "0" : `${total} (${listed.join(", ")})`;
}

function failures({ failed, failedCount = failed.length }: CleanupReport): string {
  const codes = [...new Set(failed.map(({ code }) => code))].toSorted();
  return failedCount === 0 ? "0" : `${failedCount} (${codes.join(", ")})`;
}
