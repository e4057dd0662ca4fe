import type { CheckSpec } from "./check.js";
import type { Outcome } from "./outcome.js";
import type { RecentOutcome } from "./recent-outcomes.js";
import type { Pending, StoredState } from "./state.js";

/** The stored state of one check for one scope key, as the worker published it. Times are Redis server time, in ms. */
export interface CheckRecord {
  readonly check: string;
  /** The machine the result is true for; `null` for fleet scope. */
  readonly host: string | null;
  readonly state: StoredState;
  readonly pending: Pending | null;
  readonly outcome: Outcome;
  readonly runId: string;
  /** The outcomes before this one, newest first: at most four, none in a record of an older version. */
  readonly recent: readonly RecentOutcome[];
  /** How long the runs before this one took, newest first: at most 29, none in a record of an older version. */
  readonly durationsMs: readonly number[];
  /** How often the state has changed since the record began: 0 in a record of an older version, and again after data loss. */
  readonly transitionCount: number;
  /** When the state began. */
  readonly sinceMs: number;
  /** When the outcome was published. */
  readonly atMs: number;
  /** Grows with every publication under one key prefix, also across data loss. */
  readonly sequence: number;
  /** The worker that observed it has stopped on purpose: shown, not counted. */
  readonly withdrawn: boolean;
}

/** A stored value that could not be read: another schema version, or not a record at all. */
export interface UnreadableRecord {
  readonly check: string;
  readonly host: string | null;
  readonly unreadable: true;
}

/** A worker's sign of life. Times are Redis server time, in ms. */
export interface WorkerBeat {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAtMs: number;
  readonly beatAtMs: number;
  /** When this worker last finished a check that came through the queue; `null` before the first. */
  readonly lastRunAtMs: number | null;
}

/** All current states, as one API instance holds them in memory. */
export interface Snapshot {
  /** Grows with every change: equal versions hold equal content. */
  readonly version: number;
  /** Whether the store was ever read. */
  readonly loaded: boolean;
  /** Whether the store answered the last read. */
  readonly storeReachable: boolean;
  /** The expected checks, by name. */
  readonly specs: ReadonlyMap<string, CheckSpec>;
  readonly records: readonly (CheckRecord | UnreadableRecord)[];
  readonly workers: readonly WorkerBeat[];
}

/** Where a probe gets its evidence: from memory, without waiting. */
export interface SnapshotSource {
  current(): Snapshot;
  /** Redis server time as this process knows it, in ms: read with the snapshot and carried on by a monotonic clock. */
  nowMs(): number;
}

/** A snapshot before anything was read. */
export const EMPTY_SNAPSHOT: Snapshot = {
  version: 0,
  loaded: false,
  storeReachable: false,
  specs: new Map(),
  records: [],
  workers: [],
};
