import type { Decision, ReadonlyList } from "@caretaker/retention";
import { formatDuration, formatSize } from "@caretaker/units";
import { counted } from "../render/counted.js";
import { humanTime } from "../render/human.js";
import { printable } from "../render/printable.js";
import { type Cell, formatRows, formatTable } from "../render/table.js";
import type { View } from "../render/view.js";
import { describeRule } from "./describe-rule.js";
import type { PlanReport } from "./plan-report.js";
import { endsOf, type PlanSpan, planSpans } from "./plan-spans.js";
import { renderForecast } from "./render-forecast.js";
import { bytesOf } from "./tally-rules.js";

/** What is shown of a plan. */
export interface ShownPlan {
  readonly report: PlanReport;
  readonly decisions: ReadonlyList<Decision>;
  /** Sessions one rule decided about alike are drawn together where the list is long. */
  readonly isDrawnTogether: boolean;
}

/** More entries than this are a long list. */
const LONG_LIST = 200;
/** A long list shows this many lines of its beginning, and of its end. */
const SHOWN_ENDS = 20;

/** A plan line by line: each entry with its rule, oldest first; what each rule means and comes to; the totals. */
export function* renderPlan({ report, decisions, isDrawnTogether }: ShownPlan, view: View): Iterable<string> {
  const isLong = isDrawnTogether && decisions.length > LONG_LIST;
  if (decisions.length > 0) {
    yield* isLong ? renderSpans(decisions, { report, view }) : renderEntries(decisions, { report, view });
    yield "";
    yield* renderRules(report, view);
    yield "";
  }
  yield* renderTotals(report, view);
}

interface Rendering {
  readonly report: PlanReport;
  readonly view: View;
}

const STARTED_WIDTH = "2024-01-01 10:30:00Z".length;
const SIZE_WIDTH = "1023.9KiB".length;

function renderEntries(decisions: Iterable<Decision>, { report, view }: Rendering): Iterable<string> {
  const headings = ["ACTION", "RULE", "STARTED", "SIZE", "NAME"];
  const widths = ["ACTION".length, ruleWidth(report), STARTED_WIDTH, SIZE_WIDTH];
  return formatRows({ headings, rows: entryRows(decisions) }, widths, view);
}

function ruleWidth({ rules }: PlanReport): number {
  return rules.reduce((width, { rule }) => Math.max(width, rule.length), "RULE".length);
}

function* entryRows(decisions: Iterable<Decision>): Iterable<Cell[]> {
  for (const { action, rule, entry } of decisions) {
    const started = entry.kind === "unknown" ? "-" : humanTime(entry.stampMs);
    yield [actionCell(action), rule, started, sizeOf(entry.bytes), entry.id];
  }
}

function actionCell(action: Decision["action"]): Cell {
  return { text: action, tone: action === "delete" ? "warn" : undefined };
}

function sizeOf(bytes: number | null): string {
  return bytes === null ? "-" : formatSize(bytes);
}

function* renderSpans(decisions: Iterable<Decision>, { report, view }: Rendering): Iterable<string> {
  const { first, skipped, last } = endsOf(planSpans(decisions), SHOWN_ENDS);
  const headings = ["ACTION", "RULE", "SESSIONS", "SIZE", "STARTED", "NAMES"];
  const widths = ["ACTION".length, ruleWidth(report), "SESSIONS".length, SIZE_WIDTH, STARTED_WIDTH];
  yield* formatRows({ headings, rows: first.map(spanRow) }, widths, view);
  if (skipped > 0) yield view.style(`… ${counted(skipped, "line")} more`, "faint");
  const [, ...rest] = formatRows({ headings, rows: last.map(spanRow) }, widths, view);
  yield* rest;
  yield view.style("Drawn together; --all shows each entry.", "faint");
}

function spanRow({ action, rule, entries, bytes, first, last }: PlanSpan): Cell[] {
  const names = entries === 1 ? first.id : `${first.id} … ${last.id}`;
  return [actionCell(action), rule, String(entries), sizeOf(bytes), humanTime(first.stampMs), names];
}

function* renderRules({ rules, policy }: PlanReport, view: View): Iterable<string> {
  const rows = rules.map(({ action, rule, entries, bytes }): Cell[] => [
    actionCell(action),
    rule,
    String(entries),
    sizeOf(bytes),
    describeRule(rule, policy),
  ]);
  yield formatTable({ headings: ["ACTION", "RULE", "ENTRIES", "SIZE", "BECAUSE"], rows }, view);
}

function* renderTotals(report: PlanReport, { style }: View): Iterable<string> {
  yield* renderCounts(report);
  for (const { mark, bytes } of report.shortfalls) {
    yield style(`missed    ${mark} by ${formatSize(bytes)}: nothing more may be deleted for it`, "warn");
  }
  if (report.forecast !== null) yield `forecast  ${renderForecast(report.forecast, report.atMs)}`;
  if (report.guards.length === 0) yield `guards    ${style("none would refuse it", "good")}`;
  for (const { guard, why } of report.guards) yield `refused   ${style(`${guard}: ${why}`, "bad")}`;
  if (report.guards.length > 0) {
    const command = `caretaker retention confirm ${report.target} ${report.planId} --reason '…'`;
    yield `          If that is right, this lets exactly this plan go ahead: ${command}`;
  }
  yield `plan      ${style(report.planId, "strong")}`;
}

function* renderCounts(report: PlanReport): Iterable<string> {
  const { root, disk, owned, active, held, unread, unknown, unknownBytes, inTrash } = report;
  const room = disk === null ? "" : `, ${formatSize(disk.freeBytes)} of ${formatSize(disk.totalBytes)} free`;
  yield `root      ${printable(root)}${room}`;
  const kinds = { active, held, "not read": unread };
  const others = Object.entries(kinds).flatMap(([kind, number]) => (number === 0 ? [] : [`, ${number} ${kind}`]));
  yield `sessions  ${owned} owned${others.join("")}`;
  const strangers = Object.values(unknown).reduce((sum, number) => sum + number, 0);
  if (strangers > 0)
    yield `unknown   ${counted(strangers, "entry", "entries")}${sized(unknownBytes || null)}, left alone`;
  if (inTrash.count > 0) yield `trash     ${counted(inTrash.count, "session")}${sized(inTrash.bytes || null)}`;
  yield `keep      ${counted(report.keep - strangers, "session")}${sized(bytesOf(ours(report), "keep"))}`;
  yield `delete    ${counted(report.delete, "session")}${sized(bytesOf(report.rules, "delete"))}${trashed(report)}`;
}

function ours({ rules }: PlanReport): PlanReport["rules"] {
  return rules.filter(({ rule }) => !rule.startsWith("unknown:"));
}

function trashed({ keepTrashMs, delete: candidates }: PlanReport): string {
  return keepTrashMs === null || candidates === 0 ? "" : `, after ${formatDuration(keepTrashMs)} in the trash`;
}

function sized(bytes: number | null): string {
  return bytes === null ? "" : `, ${formatSize(bytes)}`;
}
