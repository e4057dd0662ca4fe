import type { CheckStatus } from "@caretaker/status";
import { formatBytes } from "./format-bytes.js";
import { formatDuration } from "./format-duration.js";

type Measures = CheckStatus["measures"];

/** The numbers of a result in words, such as `free 62.5 GiB, query 3 ms`; empty for none. */
export function measuresInWords(measures: Measures): string {
  return Object.entries(measures)
    .map(([name, { value, unit }]) => `${wordsOf(name, unit)} ${amount(value, unit)}`)
    .join(", ");
}

/** `freeInodesPercent` is `free inodes`: its unit stands with the number. */
function wordsOf(name: string, unit: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return UNIT_WORDS.has(unit) ? words.replace(/ (bytes|ms|percent|seconds)$/, "") : words;
}

const UNIT_WORDS: ReadonlySet<string> = new Set(["bytes", "ms", "%", "s"]);

function amount(value: number, unit: string): string {
  if (unit === "bytes") return formatBytes(value);
  if (unit === "s" && value >= 60) return formatDuration(value * 1_000);
  return `${Math.round(value * 10) / 10} ${unit}`.trimEnd();
}
