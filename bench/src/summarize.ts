import { type BenchCase, REFERENCE } from "./cases.js";
import type { Measured } from "./measure.js";

/** One line of the result. */
export interface Summary {
  readonly server: string;
  readonly answer: string;
  readonly microsPerRequest: number;
  readonly lowest: number;
  readonly highest: number;
  /** How many times less it costs than the hand-written `node:http` handler: above 1 is better than that. */
  readonly rawOverIt: number;
  /** The same, compared with Express 5 and `res.json`. */
  readonly expressOverIt: number;
}

/** Medians, spreads and ratios. */
export function summarize(measured: readonly Measured[]): Summary[] {
  const raw = medianOf(measured, (bench) => bench === REFERENCE);
  const express = medianOf(measured, ({ kind }) => kind === "res.json, Express 5");
  return measured.map(({ bench, microsPerRequest }) => {
    const own = median(microsPerRequest);
    return {
      server: bench.kind,
      answer: bench.label,
      microsPerRequest: own,
      lowest: Math.min(...microsPerRequest),
      highest: Math.max(...microsPerRequest),
      rawOverIt: raw / own,
      expressOverIt: express / own,
    };
  });
}

function medianOf(measured: readonly Measured[], matches: (bench: BenchCase) => boolean): number {
  return median(measured.find(({ bench }) => matches(bench))?.microsPerRequest ?? []);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = low] = sorted.slice(sorted.length % 2 === 0 ? middle - 1 : middle, middle + 1);
  return (low + high) / 2;
}
