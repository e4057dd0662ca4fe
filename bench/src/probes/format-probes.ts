import { markdownTable } from "../shared/markdown-table.js";
import { quantile } from "../shared/quantile.js";
import { EXPRESS, OWN_LIVENESS } from "./cases.js";
import type { Measured, Sample } from "./measure.js";

/** Liveness as a table: above 1, a ratio says that it is so many times cheaper than what it is compared with. */
export function formatLiveness(measured: readonly Measured[]): string {
  const express = roundsOf(measured, EXPRESS);
  const rows = measured.map(({ name, rounds, beside }) => [
    name,
    ...cpuCells(rounds),
    ratioCell(beside, rounds),
    ratioCell(express, rounds),
    ...loadCells(rounds),
  ]);
  return markdownTable([...HEAD, "raw ÷ it", "Express 5 ÷ it", "requests/s", "p99 ms"], rows);
}

/** Readiness as a table: the ratio is to our own liveness, so 1.10 is the most that is promised of ours. */
export function formatReadiness(measured: readonly Measured[]): string {
  const rows = measured.map(({ name, rounds, beside, bench }) => [
    name,
    bench === OWN_LIVENESS ? "" : String(bench.settings.checks),
    ...cpuCells(rounds),
    ratioCell(rounds, beside),
    median(rounds, ({ checkRunsPer1000 }) => checkRunsPer1000).toFixed(0),
    ...loadCells(rounds),
  ]);
  const [server = "", ...rest] = HEAD;
  const head = [server, "checks", ...rest, "it ÷ our liveness", "runs/1,000 probes", "requests/s", "p99 ms"];
  return markdownTable(head, rows);
}

const HEAD = ["server", "CPU µs/request", "quartiles"];

function roundsOf(measured: readonly Measured[], bench: Measured["bench"]): readonly Sample[] {
  return measured.find((one) => one.bench === bench)?.rounds ?? [];
}

function cpuCells(rounds: readonly Sample[]): string[] {
  const micros = rounds.map(({ cpuMicros }) => cpuMicros);
  const at = (part: number) => quantile(micros, part).toFixed(1);
  return [at(0.5), `${at(0.25)}–${at(0.75)}`];
}

/** Taken within each pair or round, where both sides met the same machine; with its quartiles. */
function ratioCell(above: readonly Sample[], below: readonly Sample[]): string {
  const ratios = above.map(({ cpuMicros }, round) => cpuMicros / (below[round]?.cpuMicros ?? Number.NaN));
  const at = (part: number) => quantile(ratios, part).toFixed(2);
  return `${at(0.5)} (${at(0.25)}–${at(0.75)})`;
}

function loadCells(rounds: readonly Sample[]): string[] {
  return [median(rounds, ({ perSecond }) => perSecond).toFixed(0), median(rounds, ({ p99Ms }) => p99Ms).toFixed(1)];
}

function median(rounds: readonly Sample[], figure: (sample: Sample) => number): number {
  return quantile(rounds.map(figure), 0.5);
}
