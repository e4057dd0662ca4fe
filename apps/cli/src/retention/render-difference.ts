import type { GuardRefusal, PlanDifference, PlannedDeletions, Shortfall } from "@caretaker/retention";
import { formatSize } from "@caretaker/units";
import { counted } from "../render/counted.js";
import { printable } from "../render/printable.js";
import { type Cell, formatTable } from "../render/table.js";
import type { View } from "../render/view.js";

/** What other keep rules would delete, and how that differs. */
export interface ShownDifference extends PlanDifference {
  /** As it was given. */
  readonly keep: string;
  /** The guards that would refuse the changed plan. */
  readonly guards: readonly GuardRefusal[];
  readonly shortfalls: readonly Shortfall[];
}

/** Both policies' deletions as a table, and the first of the sessions that one of them alone deletes. */
export function* renderDifference(shown: ShownDifference, view: View): Iterable<string> {
  const { keep, now, changed, more, fewer, guards, shortfalls } = shown;
  const rows = [
    toRow("as configured", now),
    toRow(`keep ${keep}`, changed),
    toRow("more than now", more),
    toRow("fewer than now", fewer),
  ];
  yield formatTable({ headings: ["POLICY", "DELETES", "SIZE"], rows }, view);
  yield* renderNames("would go too", more);
  yield* renderNames("would stay", fewer);
  if (guards.length + shortfalls.length > 0) yield "";
  for (const { mark, bytes } of shortfalls) yield `missed    ${mark} by ${formatSize(bytes)}`;
  for (const { guard, why } of guards) yield `refused   ${view.style(`${guard}: ${why}`, "bad")}`;
}

function toRow(what: string, { count: sessions, bytes }: PlannedDeletions): Cell[] {
  return [what, String(sessions), bytes === 0 ? "-" : formatSize(bytes)];
}

function* renderNames(what: string, { ids, count: sessions }: PlannedDeletions): Iterable<string> {
  if (ids.length === 0) return;
  yield "";
  yield `${what}, oldest first:`;
  for (const id of ids) yield `  ${printable(id)}`;
  if (sessions > ids.length) yield `  … ${counted(sessions - ids.length, "session")} more`;
}
