import type { Explanation } from "@caretaker/health";
import { humanDuration, humanTime } from "../render/human.js";
import { printable } from "../render/printable.js";
import { toneOf } from "../render/style.js";
import { type Cell, formatTable } from "../render/table.js";
import type { View } from "../render/view.js";
import type { ExplainReport, ShortTransition } from "./explain-report.js";

/** The chain of each machine as sentences, its outcomes as a table, and the past changes. */
export function renderExplain({ explanations, transitions }: ExplainReport, view: View): string {
  const chains = explanations.flatMap((explanation) => renderChain(explanation, view));
  return [...chains, ...(transitions === undefined ? [] : [renderTransitions(transitions, view)])].join("\n\n");
}

function renderChain(explanation: Explanation, view: View): string[] {
  const { check, host, why, outcomes, state } = explanation;
  const title = `${printable(check)} (${host === null ? "fleet" : printable(host)})`;
  const { effective } = state;
  const heading = `${view.style(title, "strong")}: ${view.style(effective, toneOf(effective))}`;
  const sentences = why.map((sentence) => `  ${printable(sentence)}`);
  return [[heading, ...sentences].join("\n"), ...(outcomes.length === 0 ? [] : [renderOutcomes(explanation, view)])];
}

function renderOutcomes({ outcomes }: Explanation, view: View): string {
  const rows = outcomes.map(({ status, code, durationMs, runId, atMs }): Cell[] => [
    humanTime(atMs),
    { text: status, tone: toneOf(status) },
    code,
    humanDuration(durationMs),
    runId,
  ]);
  return formatTable({ headings: ["OUTCOME AT", "STATUS", "CODE", "TOOK", "RUN"], rows }, view);
}

function renderTransitions(transitions: readonly ShortTransition[], view: View): string {
  if (transitions.length === 0) return "No change is known.";
  const rows = transitions.map(({ id, host, from, to, code, atMs }): Cell[] => [
    humanTime(atMs),
    host ?? "fleet",
    { text: from, tone: toneOf(from) },
    { text: to, tone: toneOf(to) },
    code,
    id,
  ]);
  return formatTable({ headings: ["CHANGED AT", "SCOPE", "FROM", "TO", "CODE", "ID (--at)"], rows }, view);
}
