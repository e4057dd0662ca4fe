import type { Measure } from "@caretaker/health";
import { formatSize } from "@caretaker/units";
import { humanDuration } from "./human.js";

/** Measures for a person: sizes and times in their handiest unit, `freeBytes 77.8GiB, openMs 2s`. */
export function renderMeasures(measures: Readonly<Record<string, Measure>>): string {
  return Object.entries(measures)
    .map(([name, measure]) => `${name} ${renderMeasure(measure)}`)
    .join(", ");
}

function renderMeasure({ value, unit }: Measure): string {
  if (unit === "bytes" && value >= 0) return formatSize(value);
  if (unit === "ms" && value >= 1_000) return humanDuration(value);
  return `${value}${unit}`;
}
