import type { CleanupReport, Failure } from "@caretaker/retention";
import { formatSize } from "@caretaker/units";
import { counted } from "../render/counted.js";
import { humanDuration } from "../render/human.js";
import { printable } from "../render/printable.js";
import type { Tone } from "../render/style.js";
import { formatTable } from "../render/table.js";
import type { View } from "../render/view.js";

/** How a run ended: in a line, what it did not deal with, and the ids it is known by. */
export function* renderRun(report: CleanupReport, view: View): Iterable<string> {
  const { outcome, error, guards, failed, failedCount, skipped, skippedCount, shortfalls } = report;
  yield `${view.style(outcome, TONES[outcome])}: ${did(report).join(", ")}`;
  if (error !== null) yield `error     ${view.style(`${error.code}: ${printable(error.message)}`, "bad")}`;
  if (report.partial) yield "stopped   between two sessions; the next run goes on where this one ended";
  if (report.firstRunReport) yield "first run it only reported, as firstRun says; the next run deletes";
  if (report.dryRun) yield "dry run   nothing was touched";
  if (error === null) for (const { guard, why } of guards) yield `guard     ${view.style(`${guard}: ${why}`, "warn")}`;
  for (const { mark, bytes } of shortfalls) yield `missed    ${mark} by ${formatSize(bytes)}`;
  yield* renderFailures({ word: "FAILED", list: failed, total: failedCount }, view);
  yield* renderFailures({ word: "SKIPPED", list: skipped, total: skippedCount }, view);
  if (report.planId !== null) yield `plan      ${report.planId}`;
  yield `run       ${report.runId}`;
}

const TONES: Readonly<Record<CleanupReport["outcome"], Tone>> = {
  done: "good",
  partial: "warn",
  failed: "bad",
  busy: "warn",
  refused: "bad",
};

function did(report: CleanupReport): string[] {
  const { candidates, keptCount, deletedCount, trashedCount, purgedCount, settledCount, bytesFreed } = report;
  const [verb, deleted] = report.dryRun ? ["would delete", candidates] : ["deleted", deletedCount];
  const others = {
    "moved to the trash": trashedCount,
    "purged from the trash": purgedCount,
    "finished of earlier runs": settledCount,
  };
  return [
    `${verb} ${deleted}`,
    ...Object.entries(others).flatMap(([what, number]) => (number === 0 ? [] : [`${what} ${number}`])),
    `kept ${keptCount}`,
    `freed ${formatSize(bytesFreed)}`,
    ...(report.failedCount === 0 ? [] : [`failed ${report.failedCount}`]),
    ...(report.skippedCount === 0 ? [] : [`skipped ${report.skippedCount}`]),
    `took ${humanDuration(report.finishedAtMs - report.startedAtMs)}`,
  ];
}

interface Failures {
  readonly word: string;
  readonly list: readonly Failure[];
  readonly total: number;
}

function* renderFailures({ word, list, total }: Failures, view: View): Iterable<string> {
  if (list.length === 0) return;
  yield "";
  const rows = list.map(({ id, code }) => [code, id]);
  yield formatTable({ headings: [word, "NAME"], rows }, view);
  if (total > list.length) yield `… ${counted(total - list.length, "session")} more, all of them in the journal`;
  yield "";
}
