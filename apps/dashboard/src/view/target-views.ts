import type { RunReport, TargetStatus } from "@caretaker/status";
import { formatBytes } from "./format-bytes.js";
import { formatDuration } from "./format-duration.js";
import { type Refusal, refusalOf } from "./refusal.js";
import type { Marked, Tone } from "./tone.js";

/** One cleanup target, every text ready to be shown. */
export interface TargetView {
  readonly name: string;
  readonly schedule: string;
  readonly next: string;
  readonly nextAtMs: number | null;
  /** The run that is going on; `null` for none. */
  readonly running: Progress | null;
  /** What of the newest run waits for somebody: a guard has refused it. */
  readonly refusal: Refusal | null;
  readonly disk: string;
  /** What waits in the trash; empty for nothing. */
  readonly trash: string;
  readonly reports: readonly ReportRow[];
}

/** How far a run is. */
export interface Progress {
  readonly runId: string;
  readonly done: number;
  /** 0 while nobody knows. */
  readonly of: number;
  readonly words: string;
}

/** One line of a target's runs. */
export interface ReportRow {
  readonly runId: string;
  readonly atMs: number;
  readonly outcome: Marked;
  readonly badges: readonly string[];
  readonly reason: string;
  readonly candidates: string;
  readonly kept: string;
  readonly deleted: string;
  readonly skipped: string;
  readonly failed: string;
  readonly freed: string;
  readonly disk: string;
  readonly took: string;
}

const MAX_SHOWN_REPORTS = 8;

/** The cleanup targets by name, each with its newest runs first. */
export function targetViews(targets: readonly TargetStatus[], nowMs: number): readonly TargetView[] {
  return targets.toSorted((a, b) => (a.target < b.target ? -1 : 1)).map((target) => viewOf(target, nowMs));
}

function viewOf({ target, schedule, nextRunAtMs, running, reports }: TargetStatus, nowMs: number): TargetView {
  const newestFirst = reports.toSorted((a, b) => b.startedAtMs - a.startedAtMs);
  const [newest] = newestFirst;
  return {
    name: target,
    schedule: schedule === "" ? "only when asked" : schedule,
    next: nextRun(nextRunAtMs, nowMs),
    nextAtMs: nextRunAtMs,
    running: running === null ? null : progress(running, nowMs),
    refusal: refusalOf(newestFirst.find(({ dryRun }) => !dryRun)),
    disk: newestFirst.map(diskOf).find((disk) => disk !== "–") ?? "–",
    trash: trashOf(newest),
    reports: newestFirst.slice(0, MAX_SHOWN_REPORTS).map(reportRow),
  };
}

function nextRun(nextRunAtMs: number | null, nowMs: number): string {
  if (nextRunAtMs === null) return "not scheduled";
  const leftMs = nextRunAtMs - nowMs;
  return leftMs >= 0 ? `in ${formatDuration(leftMs)}` : `overdue by ${formatDuration(-leftMs)}`;
}

function progress(running: NonNullable<TargetStatus["running"]>, nowMs: number): Progress {
  const { runId, done, of, startedAtMs, updatedAtMs, dead } = running;
  const far = of > 0 ? `${done} of ${of} sessions` : "looking at what is there";
  if (dead) return { runId, done, of, words: `Died ${formatDuration(nowMs - updatedAtMs)} ago: ${far}` };
  return { runId, done, of, words: `Running for ${formatDuration(nowMs - startedAtMs)}: ${far}` };
}

function reportRow(report: RunReport): ReportRow {
  const { runId, startedAtMs, finishedAtMs, dryRun, partial = false, firstRunReport = false } = report;
  return {
    runId,
    atMs: startedAtMs,
    outcome: outcomeOf(report),
    badges: [
      ...(dryRun ? ["dry run"] : []),
      ...(partial ? ["partial"] : []),
      ...(firstRunReport ? ["first run, report only"] : []),
    ],
    reason: report.reason ?? "",
    candidates: String(report.candidates ?? "–"),
    kept: String(report.keptCount ?? "–"),
    deleted: deletedOf(report),
    skipped: counts({ ...report.unknown, ...(report.held ? { held: report.held } : {}), ...byCode(report.skipped) }),
    failed: failures(report),
    freed: report.bytesFreed === undefined ? "–" : formatBytes(report.bytesFreed),
    disk: diskOf(report),
    took: finishedAtMs === null ? "–" : tookOf(finishedAtMs - startedAtMs),
  };
}

// An outcome that is not here, one of a later version for instance, must not look like success.
const TONES: ReadonlyMap<string, Tone> = new Map([
  ["done", "pass"],
  ["partial", "warn"],
  ["failed", "fail"],
  ["refused", "fail"],
]);

function outcomeOf({ outcome, error, guards = [] }: RunReport): Marked {
  // Which guard it was stands beside the table, with what to do.
  const code = error === undefined || error === null || guards.length > 0 ? "" : `: ${error.code.toLowerCase()}`;
  return { tone: TONES.get(outcome) ?? "unknown", word: outcome + code };
}

/** What a dry run deleted is nothing, whatever it would have. */
function deletedOf({ dryRun, deletedCount = 0, trashedCount = 0, candidates = 0 }: RunReport): string {
  if (dryRun) return candidates === 0 ? "0" : `0 (would be ${candidates})`;
  return trashedCount > 0 ? `${deletedCount} (and ${trashedCount} to trash)` : String(deletedCount);
}

function byCode(failures: RunReport["skipped"] = []): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { code } of failures) found[code] = (found[code] ?? 0) + 1;
  return found;
}

function counts(reasons: Readonly<Record<string, number>>): string {
  const some = Object.entries(reasons).filter(([, count]) => count > 0);
  const total = some.reduce((sum, [, count]) => sum + count, 0);
  const listed = some.toSorted(([, a], [, b]) => b - a).map(([reason, count]) => `${count} ${reason}`);
  return total === 0 ? "0" : listed.join(", ");
}

function failures({ failed = [], failedCount = failed.length }: RunReport): string {
  const codes = [...new Set(failed.map(({ code }) => code))].toSorted();
  return failedCount === 0 ? "0" : `${failedCount} (${codes.join(", ")})`;
}

function diskOf({ disk }: RunReport): string {
  const { freeBytes, totalBytes } = (disk ?? {}) as { readonly freeBytes?: unknown; readonly totalBytes?: unknown };
  if (typeof freeBytes !== "number") return "–";
  const share =
    typeof totalBytes === "number" && totalBytes > 0 ? ` (${Math.round((100 * freeBytes) / totalBytes)} %)` : "";
  return `${formatBytes(freeBytes)}${share}`;
}

function trashOf(report: RunReport | undefined): string {
  const { count = 0, bytes = 0 } = report?.inTrash ?? {};
  return count === 0 ? "" : `${count} ${count === 1 ? "session" : "sessions"}, ${formatBytes(bytes)}`;
}

function tookOf(ms: number): string {
  return ms < 1_000 ? `${Math.max(0, Math.round(ms))} ms` : formatDuration(ms);
}
