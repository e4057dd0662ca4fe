import type { CheckKey } from "./check-store.js";
import { isCode } from "./codes.js";
import { OUTCOME_STATUSES, type Outcome, publishableMeasures } from "./outcome.js";
import { readRecent } from "./recent-codec.js";
import { readDurations } from "./recent-durations.js";
import type { RecentOutcome } from "./recent-outcomes.js";
import type { CheckRecord, UnreadableRecord } from "./snapshot.js";
import type { Pending, Progress, StoredState } from "./state.js";
import { readTransitionCount } from "./transition-count.js";

/** The version of a stored record; a reader treats any other as stale. */
export const RECORD_VERSION = 1;

/** What the worker decides of a record; the store adds `seq`, `at` and `since` in its own time. */
export interface RecordBody extends Progress {
  readonly outcome: Outcome;
  readonly runId: string;
  readonly recent: readonly RecentOutcome[];
  /** Of the runs before, newest first. */
  readonly durationsMs: readonly number[];
  readonly transitionCount: number;
}

// A record is a few hundred bytes; whatever is larger was not written by us and is not worth parsing.
const MAX_RECORD_CHARS = 16_384;

const STATES: readonly StoredState[] = ["up", "degraded", "down"];

/** A record's body as JSON, for the store to wrap with its stamps. */
export function encodeBody(body: RecordBody): string {
  const { state, pending, outcome, runId, recent, durationsMs, transitionCount } = body;
  return JSON.stringify({ state, pending, outcome, runId, recent, durationsMs, transitionCount });
}

/** A stored record, or an {@link UnreadableRecord} for anything that is not one; never throws. */
export function decodeRecord(key: CheckKey, text: string): CheckRecord | UnreadableRecord {
  const unreadable: UnreadableRecord = { ...key, unreadable: true };
  if (text.length > MAX_RECORD_CHARS) return unreadable;
  try {
    return readRecord(key, JSON.parse(text)) ?? unreadable;
  } catch (error) {
    if (error instanceof SyntaxError) return unreadable;
    throw error;
  }
}

function readRecord(key: CheckKey, stored: unknown): CheckRecord | null {
  if (!isObject(stored) || stored["v"] !== RECORD_VERSION || !isObject(stored["body"])) return null;
  const { seq, at, since, withdrawn, body } = stored;
  const { state, pending, outcome, runId, recent, durationsMs, transitionCount } = body as Record<string, unknown>;
  if (!isTime(seq) || !isTime(at) || !isTime(since)) return null;
  const readPending = toPending(pending);
  if (!isState(state) || readPending === undefined || typeof runId !== "string") return null;
  const readOutcome = toStoredOutcome(outcome);
  if (readOutcome === null) return null;
  return {
    check: key.check,
    host: key.host,
    state,
    pending: readPending,
    outcome: readOutcome,
    runId: runId.slice(0, 128),
    recent: readRecent(recent),
    durationsMs: readDurations(durationsMs),
    transitionCount: readTransitionCount(transitionCount),
    sinceMs: since,
    atMs: at,
    sequence: seq,
    withdrawn: withdrawn === true,
  };
}

function toStoredOutcome(value: unknown): Outcome | null {
  if (!isObject(value)) return null;
  const { status, code, durationMs, measures } = value;
  const known = OUTCOME_STATUSES.find((candidate) => candidate === status);
  if (known === undefined || !isCode(code) || !isTime(durationMs)) return null;
  return { status: known, code, durationMs, measures: publishableMeasures(measures) };
}

function toPending(value: unknown): Pending | null | undefined {
  if (value === null) return null;
  if (!isObject(value)) return undefined;
  const { outcome, count, of } = value;
  const known = OUTCOME_STATUSES.find((status) => status === outcome);
  return known !== undefined && isTime(count) && isTime(of) ? { outcome: known, count, of } : undefined;
}

function isState(value: unknown): value is StoredState {
  return STATES.some((state) => state === value);
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
