import type { CheckStatus } from "@caretaker/status";
import { formatDuration } from "./format-duration.js";

/** How much of the time is left in which a result is believed. */
export interface Fuse {
  /** 1 for a new result, 0 for a stale one. */
  readonly left: number;
  /** What of it is left when the result becomes late. */
  readonly lateAt: number;
  readonly words: string;
}

/** The countdown of a result by its own time; `null` for what has none. */
export function fuseOf({ atMs, lateAfterMs, staleAfterMs, everyMs }: CheckStatus, nowMs: number): Fuse | null {
  if (atMs === null || everyMs === 0) return null;
  const leftMs = staleAfterMs - Math.max(0, nowMs - atMs);
  return {
    left: Math.max(0, Math.round((leftMs / staleAfterMs) * 100) / 100),
    lateAt: Math.round((1 - lateAfterMs / staleAfterMs) * 100) / 100,
    words: leftMs < 0 ? `stale for ${formatDuration(-leftMs)}` : `stale in ${formatDuration(leftMs)}`,
  };
}
