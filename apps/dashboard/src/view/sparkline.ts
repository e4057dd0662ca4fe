/** The line of a row of durations, and the same in words. */
export interface Sparkline {
  /** Points of an SVG polyline, in a box of {@link SPARKLINE_BOX}. */
  readonly points: string;
  /** The newest, to be marked. */
  readonly last: { readonly x: number; readonly y: number };
  readonly words: string;
}

/** Width and height of the box the points lie in. */
export const SPARKLINE_BOX = { width: 90, height: 20 } as const;

const MARGIN = 2;

/** How durations went, oldest first, from 0 up to the longest; `null` for none. */
export function sparkline(durationsMs: readonly number[]): Sparkline | null {
  const [first] = durationsMs;
  if (first === undefined) return null;
  const most = Math.max(...durationsMs, 1);
  const step = (SPARKLINE_BOX.width - 2 * MARGIN) / Math.max(durationsMs.length - 1, 1);
  // The newest always stands at the right end, so that lines of a few runs and of many compare.
  const startX = SPARKLINE_BOX.width - MARGIN - step * (durationsMs.length - 1);
  const points = durationsMs.map((ms, index) => ({
    x: round(startX + index * step),
    y: round(SPARKLINE_BOX.height - MARGIN - (ms / most) * (SPARKLINE_BOX.height - 2 * MARGIN)),
  }));
  return {
    points: points.map(({ x, y }) => `${x},${y}`).join(" "),
    last: points.at(-1) ?? { x: 0, y: 0 },
    words: wordsOf(durationsMs),
  };
}

function wordsOf(durationsMs: readonly number[]): string {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const [least = 0] = sorted;
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const most = sorted.at(-1) ?? 0;
  const runs = sorted.length === 1 ? "1 run" : `last ${sorted.length} runs`;
  return `${runs}: ${Math.round(least)} to ${Math.round(most)} ms, median ${Math.round(median)} ms`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
