import { type BenchCase, REFERENCE } from "./cases.js";
import type { Measured } from "./measure.js";
import { quantile } from "./shared/quantile.js";

/** One line of the result. */
export interface Summary {
  readonly server: string;
  readonly answer: string;
  readonly microsPerRequest: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  /** How many times less it costs than the hand-written `node:http` handler: above 1 is better than that. */
  readonly rawOverIt: number;
  /** The same, compared with Express 5 and `res.json`. */
  readonly expressOverIt: number;
}

/** Medians, quartiles and ratios; a ratio is taken within each round, where both sides met the same machine. */
export function summarize(measured: readonly Measured[]): Summary[] {
  const raw = roundsOf(measured, (bench) => bench === REFERENCE);
  const express = roundsOf(measured, ({ kind }) => kind === "res.json, Express 5");
  return measured.map(({ bench, microsPerRequest: own }) => ({
    server: bench.kind,
    answer: bench.label,
    microsPerRequest: quantile(own, 0.5),
    lowerQuartile: quantile(own, 0.25),
    upperQuartile: quantile(own, 0.75),
    rawOverIt: quantile(ratios(raw, own), 0.5),
    expressOverIt: quantile(ratios(express, own), 0.5),
  }));
}

function roundsOf(measured: readonly Measured[], matches: (bench: BenchCase) => boolean): readonly number[] {
  return measured.find(({ bench }) => matches(bench))?.microsPerRequest ?? [];
}

function ratios(others: readonly number[], own: readonly number[]): number[] {
  return own.map((micros, round) => (others[round] ?? Number.NaN) / micros);
}
