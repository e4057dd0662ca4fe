import { type Measure, measuresOf } from "./measures.ts";
import type { Course } from "./run-faults.ts";

const HEAD = ["fault", "liveness p99", "longest answer", "noticed after", "well again after"];
const NOTE = "in brackets: by the clock, with what the prober (* and the API and the others too) waited for a core";

/** One line a course, as the suite prints them at its end. */
export function formatTable(courses: readonly Course[]): string {
  const rows = [HEAD, ...courses.map(toRow)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [...rows.map(line), NOTE].join("\n");
}

function toRow(course: Course): readonly string[] {
  const { isBusy, livenessP99, longestAnswer, recovery } = measuresOf(course);
  return [
    `${course.faults.map(({ name }) => name).join(" + ")}${isBusy ? " *" : ""}`,
    both(livenessP99, inMs),
    both(longestAnswer, inMs),
    course.noticedMs === null ? "-" : inSeconds(course.noticedMs),
    both(recovery, inSeconds),
  ];
}

function both({ ms, clockMs }: Measure, format: (ms: number) => string): string {
  return `${format(ms)} (${format(clockMs)})`;
}

function inMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
