import type { Rounds } from "../shared/in-rounds.js";
import { markdownTable } from "../shared/markdown-table.js";
import { quantile } from "../shared/quantile.js";
import type { CommandCost } from "../shared/run-command.js";
import type { NodeCost } from "../shared/run-node.js";

/** What one contender cost in one round; memory and event loop are told of our own processes only. */
export type Cost = CommandCost & Partial<Pick<NodeCost, "peakRssBytes" | "loopMaxMs">>;

/** Several ways of doing one thing to so many sessions; the first is what the others are compared with. */
export interface Comparison {
  readonly what: string;
  readonly sessions: number;
  readonly results: readonly Rounds<Cost>[];
  /** Tools that are not on this machine. */
  readonly skipped: readonly string[];
}

const HEAD = ["", "seconds", "ratio", "quartiles", "CPU s", "peak MB", "event loop max ms"];

/** A table of medians; the ratios are taken round by round, so that a busy moment cancels out. */
export function formatComparison({ what, sessions, results, skipped }: Comparison): string {
  const reference = results[0]?.rounds ?? [];
  const rows = results.map(({ name, rounds }) => row(name, rounds, reference));
  const missing = skipped.map((name) => [name, "skipped: not installed", "", "", "", "", ""]);
  return `**${what}, ${sessions.toLocaleString("en")} sessions**\n\n${markdownTable(HEAD, [...rows, ...missing])}`;
}

function row(name: string, rounds: readonly Cost[], reference: readonly Cost[]): string[] {
  const ratios = rounds.map(({ wallMs }, round) => wallMs / (reference[round]?.wallMs ?? Number.NaN));
  const seconds = (values: readonly number[]) => (quantile(values, 0.5) / 1_000).toFixed(2);
  return [
    name,
    seconds(rounds.map(({ wallMs }) => wallMs)),
    quantile(ratios, 0.5).toFixed(2),
    `${quantile(ratios, 0.25).toFixed(2)}–${quantile(ratios, 0.75).toFixed(2)}`,
    seconds(rounds.map(({ cpuMs }) => cpuMs)),
    largest(rounds, ({ peakRssBytes }) => peakRssBytes && peakRssBytes / 1e6),
    largest(rounds, ({ loopMaxMs }) => loopMaxMs),
  ];
}

// Promises about these are about the worst case.
function largest(rounds: readonly Cost[], figure: (cost: Cost) => number | undefined): string {
  const values = rounds.map(figure).filter((value) => value !== undefined);
  return values.length === 0 ? "" : Math.max(...values).toFixed(0);
}
