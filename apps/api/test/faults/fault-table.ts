import { answersTo, longest, p99 } from "./expectations.ts";
import type { Course } from "./run-faults.ts";

const HEAD = ["fault", "liveness p99", "longest answer", "noticed after", "well again after"];

/** One line a course, as the suite prints them at its end. */
export function formatTable(courses: readonly Course[]): string {
  const rows = [HEAD, ...courses.map(toRow)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return rows.map(line).join("\n");
}

function toRow({ faults, samples, noticedMs, recoveredMs }: Course): readonly string[] {
  return [
    faults.map(({ name }) => name).join(" + "),
    inMs(p99(answersTo(samples, "/health"))),
    inMs(longest(samples)),
    noticedMs === null ? "-" : inSeconds(noticedMs),
    inSeconds(recoveredMs),
  ];
}

function inMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
