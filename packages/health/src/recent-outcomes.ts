import type { Code } from "./codes.js";
import type { Outcome, OutcomeStatus } from "./outcome.js";

/** One run as the chain of an explanation shows it: no measures, no text. */
export interface RecentOutcome {
  readonly status: OutcomeStatus;
  readonly code: Code;
  readonly durationMs: number;
  readonly runId: string;
  /** When it was published: Redis server time, in ms. */
  readonly atMs: number;
}

/** How many outcomes of a check are known at a time, the last one included. */
export const MAX_RECENT = 5;

/** A published result with those before it. */
export interface Remembered {
  readonly outcome: Outcome;
  readonly runId: string;
  readonly atMs: number;
  readonly recent: readonly RecentOutcome[];
}

/** The last outcomes of a record, newest first, its own among them. */
export function recentOutcomes({ outcome, runId, atMs, recent }: Remembered): RecentOutcome[] {
  const { status, code, durationMs } = outcome;
  return [{ status, code, durationMs, runId, atMs }, ...recent].slice(0, MAX_RECENT);
}

/**
 * What the next record keeps of those before it. The stamps are the store's own: each was put on the record that is now
 * previous, and the fence makes sure that nobody published between the reading of it and the writing of its successor.
 */
export function outcomesBefore(previous: Remembered | null): RecentOutcome[] {
  return previous === null ? [] : recentOutcomes(previous).slice(0, MAX_RECENT - 1);
}
