import type { CheckRecord } from "./snapshot.js";

/** How many runs' durations of a check are known at a time, the last one's included: what a sparkline shows. */
const MAX_DURATIONS = 30;

type Timed = Pick<CheckRecord, "outcome" | "durationsMs">;

/** How long the last runs took, newest first, in ms. */
export function recentDurations({ outcome, durationsMs }: Timed): number[] {
  return [round(outcome.durationMs), ...durationsMs].slice(0, MAX_DURATIONS);
}

/** What the next record keeps of those before it. */
export function durationsBefore(previous: Timed | null): number[] {
  return previous === null ? [] : recentDurations(previous).slice(0, MAX_DURATIONS - 1);
}

/** The durations as stored, without whatever is none: they are shown, they decide nothing. */
export function readDurations(value: unknown): number[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, MAX_DURATIONS - 1)
    .filter((ms: unknown): ms is number => Number.isFinite(ms) && Number(ms) >= 0);
}

// Each record carries them, and nobody sees more of a sparkline.
function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
