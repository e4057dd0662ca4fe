import type { QueueStatus } from "@caretaker/status";
import { formatDuration } from "./format-duration.js";
import type { Marked } from "./tone.js";

/** One line of the list of queues. */
export interface QueueRow {
  readonly name: string;
  readonly state: Marked;
  readonly waiting: string;
  /** How long the oldest of the waiting has waited. */
  readonly oldest: string;
  readonly active: string;
  readonly delayed: string;
  readonly failed: string;
  readonly counted: string;
}

// Longer than any tick waits while a worker takes them.
const BACKED_UP_MS = 60_000;
const OLD_COUNT_MS = 30_000;

/** The queues, those that are backed up first. */
export function queueRows(queues: readonly QueueStatus[], nowMs: number): readonly QueueRow[] {
  return queues
    .map((queue) => rowOf(queue, nowMs))
    .sort((a, b) => Number(a.state.tone === "pass") - Number(b.state.tone === "pass") || (a.name < b.name ? -1 : 1));
}

function rowOf(
  { name, waiting, active, delayed, failed, oldestWaitingAtMs, atMs }: QueueStatus,
  nowMs: number,
): QueueRow {
  const waitedMs = waiting > 0 && oldestWaitingAtMs !== null ? Math.max(0, nowMs - oldestWaitingAtMs) : null;
  return {
    name,
    state: stateOf(waitedMs, nowMs - atMs),
    waiting: String(waiting),
    oldest: formatDuration(waitedMs),
    active: String(active),
    delayed: String(delayed),
    failed: String(failed),
    counted: `${formatDuration(nowMs - atMs)} ago`,
  };
}

function stateOf(waitedMs: number | null, countedMs: number): Marked {
  if (countedMs > OLD_COUNT_MS) return { tone: "unknown", word: "not counted" };
  if (waitedMs !== null && waitedMs > BACKED_UP_MS) return { tone: "warn", word: "backed up" };
  return { tone: "pass", word: waitedMs === null ? "empty" : "moving" };
}
