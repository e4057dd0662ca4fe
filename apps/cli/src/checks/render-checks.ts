import { type Code, describeCode, VERDICTS } from "@caretaker/health";
import { humanDuration } from "../render/human.js";
import { renderMeasures } from "../render/measures.js";
import { type NagiosResult, nagiosResult, type PerfDatum } from "../render/nagios.js";
import { toneOf } from "../render/style.js";
import { formatTable } from "../render/table.js";
import type { View } from "../render/view.js";
import type { CheckLine, CheckReport } from "./check-report.js";

/** The runs as a table, the worst first and then as declared, and the verdict below. */
export function renderChecks({ verdict, checks }: CheckReport, view: View): string {
  const table = formatTable(
    {
      headings: ["CHECK", "OUTCOME", "CODE", "TOOK", "COUNTS AS", "DETAIL"],
      rows: worstFirst(checks).map(toRow),
    },
    view,
  );
  return `${table}\n\n${view.style(verdict, toneOf(verdict))}: ${tally(checks)}`;
}

function worstFirst(checks: readonly CheckLine[]): readonly CheckLine[] {
  const weight = ({ contribution, outcome }: CheckLine) =>
    VERDICTS.indexOf(contribution) * VERDICTS.length + VERDICTS.indexOf(outcome);
  return checks.toSorted((a, b) => weight(b) - weight(a));
}

function toRow({ name, outcome, code, durationMs, contribution, measures }: CheckLine) {
  return [
    name,
    { text: outcome, tone: toneOf(outcome) },
    code,
    humanDuration(durationMs),
    { text: contribution, tone: toneOf(contribution) },
    detail(name, code, measures),
  ];
}

function detail(name: string, code: Code, measures: CheckLine["measures"]): string {
  const numbers = renderMeasures(measures);
  return `${describeCode(name, code)}${numbers === "" ? "" : `: ${numbers}`}`;
}

function tally(checks: readonly CheckLine[]): string {
  if (checks.length === 0) return "there are no checks";
  const counts = VERDICTS.map((outcome) => [checks.filter((check) => check.outcome === outcome).length, outcome]);
  const said = counts.filter(([count]) => count !== 0).map(([count, outcome]) => `${count} ${outcome}`);
  return `${checks.length} run, ${said.join(", ")}`;
}

/** The runs as one line for Nagios: what is not a pass by name, and every duration and measure as performance data. */
export function checksForNagios({ verdict, checks }: CheckReport): NagiosResult {
  const bad = worstFirst(checks).filter(({ outcome }) => outcome !== "pass");
  const named = bad.map(({ name, outcome, code }) => `${name} ${outcome} (${code})`);
  const why = [tally(checks), ...named].join(", ");
  return nagiosResult(verdict, why, checks.flatMap(perfData));
}

function perfData({ name, durationMs, measures }: CheckLine): readonly PerfDatum[] {
  const own = Object.entries(measures).map(([label, measure]) => ({ label: `${name}.${label}`, ...measure }));
  return [{ label: `${name}.duration`, value: durationMs, unit: "ms" }, ...own];
}
