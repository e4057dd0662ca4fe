import type { Code, State, StoredState, TransitionEntry } from "@caretaker/health";

/** What somebody is told of one check: its names, states, code, sentence and numbers, and nothing else (health.md §10). */
export interface Notice {
  /** The same for the same news, whoever tells it and how often it is tried. */
  readonly id: string;
  /** `flapping` sums up what was held back. */
  readonly kind: "down" | "degraded" | "recovered" | "flapping";
  readonly check: string;
  /** The machine, of a check with host scope. */
  readonly host: string | null;
  /** What was told before, or the state that was left. */
  readonly from: State;
  readonly state: StoredState;
  readonly code: Code;
  readonly critical: boolean;
  /** Since when the check is in this state, in ms, Redis server time. */
  readonly sinceMs: number;
  /** How long the check was not up, once it is again; else `null`. */
  readonly troubledForMs: number | null;
  /** How many changes of state this tells of. */
  readonly changes: number;
}

/** What is remembered of a check, on one machine where its scope is the host, between two notices. */
export interface Series {
  readonly check: string;
  readonly host: string | null;
  /** What was told last. */
  readonly told: StoredState;
  /** Since when it has not been up; `null` while it is. */
  readonly troubledSinceMs: number | null;
  /** The window in which it has had its say; `null` once that is over. */
  readonly window: Window | null;
}

/** A span in which little more is told. */
export interface Window {
  /** The transition it began with. */
  readonly id: string;
  readonly startMs: number;
  /** How many notices went out at once in it. */
  readonly sent: number;
  /** How many changes were held back. */
  readonly held: number;
  /** The last of those. */
  readonly last: Pick<TransitionEntry, "id" | "to" | "code" | "atMs"> | null;
}

/** What all workers of a fleet know together of what was told. */
export interface NoticeState {
  /** The last entry of the stream that was looked at. */
  readonly cursor: string;
  readonly series: readonly Series[];
  /** What is decided and not yet in the queue for certain. */
  readonly outbox: readonly Notice[];
}
