import { WORKER_ALIVE_MS } from "@caretaker/health";
import { formatSize } from "@caretaker/units";
import { humanDuration, humanTime } from "../render/human.js";
import { printable } from "../render/printable.js";
import { type Tone, toneOf } from "../render/style.js";
import { type Cell, formatTable, type Table } from "../render/table.js";
import type { View } from "../render/view.js";
import type { CheckStatus, StatusReport, TargetStatus } from "./status-report.js";
import { worstFirst } from "./worst-first.js";

/** The verdict, then checks (the worst first), workers and retention targets as tables. */
export function renderStatus(report: StatusReport, view: View): string {
  const { checks, workers, targets } = report;
  const sections = [
    checksTable(report),
    ...(workers.length === 0 ? [] : [workersTable(report)]),
    ...(targets.length === 0 ? [] : [targetsTable(report)]),
  ].map((table) => formatTable(table, view));
  const silence = workers.length === 0 && checks.length <= 1 ? ["no worker has announced any checks"] : [];
  return [headline(report, view), ...sections, ...silence].join("\n\n");
}

function headline({ verdict, code, source, nowMs }: StatusReport, { style }: View): string {
  const why = code === null ? "" : ` (${code})`;
  return `${style(verdict, toneOf(verdict))}${why}  ${style(`${printable(source)}, ${humanTime(nowMs)}`, "faint")}`;
}

function checksTable({ checks, nowMs }: StatusReport): Table {
  const rows = worstFirst(checks).map((check): Cell[] => [
    check.name,
    check.host ?? "fleet",
    { text: check.state, tone: toneOf(check.state) },
    check.code,
    { text: countsAs(check), tone: toneOf(countsAs(check)) },
    check.freshness,
    humanDuration(check.sinceMs === null ? null : nowMs - check.sinceMs),
    humanDuration(check.ageMs),
    pendingOf(check),
  ]);
  return { headings: ["CHECK", "SCOPE", "STATE", "CODE", "COUNTS AS", "EVIDENCE", "FOR", "AGE", "PENDING"], rows };
}

function countsAs({ contribution, counted }: CheckStatus): string {
  return counted ? contribution : "not here";
}

function pendingOf({ pending }: CheckStatus): string {
  return pending === null ? "" : `${pending.count} of ${pending.of} ${pending.outcome}`;
}

function workersTable({ workers, nowMs }: StatusReport): Table {
  const rows = workers.map(({ id, host, pid, version, startedAtMs, beatAtMs }): Cell[] => {
    const silentMs = nowMs - beatAtMs;
    const tone: Tone = silentMs <= WORKER_ALIVE_MS ? "good" : "bad";
    const seen = { text: humanDuration(silentMs), tone };
    return [id, host, String(pid), version, humanDuration(nowMs - startedAtMs), seen];
  });
  return { headings: ["WORKER", "HOST", "PID", "VERSION", "UP FOR", "LAST SEEN"], rows };
}

function targetsTable({ targets, nowMs }: StatusReport): Table {
  const rows = targets.map(({ target, schedule, nextRunAtMs, running, lastRun }): Cell[] => [
    target,
    schedule,
    running === null ? inTime(nextRunAtMs, nowMs) : `running, ${running.done} of ${running.of}`,
    lastRun === null ? "-" : humanTime(lastRun.finishedAtMs),
    lastRunOf(lastRun),
  ]);
  return { headings: ["TARGET", "SCHEDULE", "NEXT RUN", "LAST RUN", "CAME TO"], rows };
}

function inTime(atMs: number | null, nowMs: number): string {
  return atMs === null ? "-" : `in ${humanDuration(atMs - nowMs)}`;
}

function lastRunOf(lastRun: TargetStatus["lastRun"]): string {
  if (lastRun === null) return "no run yet";
  const { outcome, dryRun, deletedCount, bytesFreed } = lastRun;
  const deleted = deletedCount === null ? [] : [`deleted ${deletedCount}`];
  const freed = bytesFreed === null ? [] : [`freed ${formatSize(bytesFreed)}`];
  return [outcome ?? "unknown", ...(dryRun === true ? ["dry run"] : []), ...deleted, ...freed].join(", ");
}
