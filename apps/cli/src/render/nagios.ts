import type { Measure, Verdict } from "@caretaker/health";
import { printable } from "./printable.js";

/** One line for Nagios, and the exit code that goes with it (Monitoring Plugins guidelines). */
export interface NagiosResult {
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly line: string;
}

const STATUS = {
  pass: { exitCode: 0, word: "OK" },
  warn: { exitCode: 1, word: "WARNING" },
  fail: { exitCode: 2, word: "CRITICAL" },
} as const satisfies Readonly<Record<Verdict, object>>;

/** One number, with its unit as a measure has it. */
export interface PerfDatum extends Measure {
  readonly label: string;
}

/** The line of a verdict: what it is, why, and the numbers. */
export function nagiosResult(verdict: Verdict, why: string, perfData: readonly PerfDatum[]): NagiosResult {
  const { exitCode, word } = STATUS[verdict];
  const numbers = perfData.length === 0 ? "" : `|${perfData.map(formatDatum).join(" ")}`;
  return { exitCode, line: `${word} - ${plain(why)}${numbers}` };
}

/** The line where there is no verdict: Nagios must not take a broken check for a broken service. */
export function nagiosUnknown(why: string): NagiosResult {
  return { exitCode: 3, line: `UNKNOWN - ${plain(why)}` };
}

/** In one line, and without the bar that begins the numbers. */
function plain(text: string): string {
  return printable(text.replaceAll(/\s+/g, " ")).replaceAll("|", "/");
}

const UNITS: Readonly<Record<string, string>> = { ms: "ms", s: "s", bytes: "B", "%": "%" };

function formatDatum({ label, value, unit }: PerfDatum): string {
  return `'${label}'=${value}${UNITS[unit] ?? ""}`;
}
