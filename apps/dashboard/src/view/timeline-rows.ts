import type { History, Transition } from "@caretaker/status";
import { keyOf } from "./check-rows.js";
import { formatDuration } from "./format-duration.js";
import { type Marked, toneOf } from "./tone.js";

/** One change of state, ready to be shown. */
export interface TimelineRow {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly host: string | null;
  readonly atMs: number;
  readonly from: Marked;
  readonly to: Marked;
  readonly code: string | null;
  readonly sentence: string;
  /** How long the new state lasted, or has lasted so far. */
  readonly lasted: string;
  readonly isOver: boolean;
}

/** The changes, newest first: of one check by its name, or of all. */
export function timelineRows(history: History, { filter, nowMs }: { filter: string | null; nowMs: number }) {
  return history.transitions
    .filter(({ check }) => filter === null || check === filter)
    .map((transition) => rowOf(transition, nowMs));
}

function rowOf(transition: Transition, nowMs: number): TimelineRow {
  const { id, check: name, host, from, to, code, output, atMs, endedAtMs } = transition;
  return {
    id,
    key: keyOf({ name, host }),
    name,
    host,
    atMs,
    from: { tone: toneOf(from), word: from },
    to: { tone: toneOf(to), word: to },
    code: code === "ok" ? null : code,
    sentence: output.startsWith(`${name} `) ? output.slice(name.length + 1) : output,
    lasted: formatDuration((endedAtMs ?? nowMs) - atMs),
    isOver: endedAtMs !== null,
  };
}
