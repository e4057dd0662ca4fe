import { badges } from "./badges.js";
import type { CheckRow } from "./check-rows.js";
import { element } from "./element.js";
import type { Headline } from "./headline.js";
import { mark } from "./mark.js";
import { type Column, table } from "./table.js";
import type { ReportRow, TargetView } from "./target-views.js";
import type { WorkerRow } from "./worker-rows.js";

/** The headline, ready to be put into the page. */
export function headlineSection({ tone, word, detail }: Headline): Node[] {
  return [element("p", { className: "headline" }, mark({ tone, word })), element("p", {}, detail)];
}

/** The banners, ready to be put into the page. */
export function bannerSection(sentences: readonly string[]): Node[] {
  return sentences.map((sentence) => element("p", { className: "banner" }, sentence));
}

/** The list of checks, ready to be put into the page. */
export function checkSection(rows: readonly CheckRow[]): Node[] {
  return [rows.length === 0 ? element("p", {}, "No checks are known.") : table("Checks, worst first", CHECKS, rows)];
}

/** The list of workers, ready to be put into the page. */
export function workerSection(rows: readonly WorkerRow[]): Node[] {
  return [rows.length === 0 ? element("p", {}, "No worker is known.") : table("Workers", WORKERS, rows)];
}

/** The cleanup targets, ready to be put into the page. */
export function targetSection(targets: readonly TargetView[]): Node[] {
  return targets.length === 0 ? [element("p", {}, "No cleanup target is declared.")] : targets.flatMap(oneTarget);
}

const CHECKS: readonly Column<CheckRow>[] = [
  { title: "State", cell: ({ state, remarks }) => badges(mark(state), ...remarks) },
  { title: "Check", cell: checkName },
  { title: "Where", cell: ({ place }) => place },
  { title: "Since", cell: ({ since }) => since },
  { title: "Age", cell: ({ age }) => age },
  { title: "Took", cell: ({ took }) => took },
  { title: "Measures", cell: ({ measures }) => measures },
];

const WORKERS: readonly Column<WorkerRow>[] = [
  { title: "State", cell: ({ state }) => mark(state) },
  { title: "Worker", cell: ({ id }) => id },
  { title: "Host", cell: ({ host }) => host },
  { title: "Process", cell: ({ pid }) => pid },
  { title: "Version", cell: ({ version }) => version },
  { title: "Up for", cell: ({ up }) => up },
  { title: "Last beat", cell: ({ beat }) => beat },
  { title: "Last check run", cell: ({ lastRun }) => lastRun },
];

const REPORTS: readonly Column<ReportRow>[] = [
  { title: "Outcome", cell: ({ outcome, badges: words }) => badges(mark(outcome), ...words) },
  { title: "Started", cell: ({ when }) => when },
  { title: "Why", cell: ({ reason }) => reason },
  { title: "Candidates", cell: ({ candidates }) => candidates },
  { title: "Kept", cell: ({ kept }) => kept },
  { title: "Deleted", cell: ({ deleted }) => deleted },
  { title: "Unknown", cell: ({ unknown }) => unknown },
  { title: "Failed", cell: ({ failed }) => failed },
  { title: "Freed", cell: ({ freed }) => freed },
  { title: "Run", cell: ({ runId }) => runId },
];

function checkName({ name, critical, counted }: CheckRow): Node {
  return badges(name, ...(critical ? ["critical"] : []), ...(counted ? [] : ["not counted here"]));
}

function oneTarget({ name, schedule, next, running, reports }: TargetView): Node[] {
  return [
    element("h3", {}, badges(name, ...(running === "" ? [] : [running]))),
    element("p", {}, `Schedule: ${schedule}. Next run: ${next}.`),
    reports.length === 0 ? element("p", {}, "No run yet.") : table(`Last runs of ${name}`, REPORTS, reports),
  ];
}
