import { formatDuration } from "@caretaker/units";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of time for a person: rounded to the unit that says enough, so `3m`, `26h` or `12d`; `-` for `null`. */
export function humanDuration(ms: number | null): string {
  if (ms === null) return "-";
  const step = stepOf(ms);
  return formatDuration(Math.round(Math.max(0, ms) / step) * step);
}

function stepOf(ms: number): number {
  if (ms < SECOND) return 1;
  if (ms < 2 * MINUTE) return SECOND;
  if (ms < 2 * HOUR) return MINUTE;
  return ms < 2 * DAY ? HOUR : DAY;
}

/** A moment as `2026-11-24 08:15:00Z`; `-` for `null` and for what no calendar has. */
export function humanTime(atMs: number | null): string {
  if (atMs === null || !(Math.abs(atMs) <= 8.64e15)) return "-";
  return `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")}Z`;
}
