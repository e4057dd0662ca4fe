import { type Code, isCode, isDeterministic } from "./codes.js";
import { OUTCOME_STATUSES, type Outcome, type OutcomeStatus } from "./outcome.js";
import { readRecent } from "./recent-codec.js";
import { outcomesBefore, type RecentOutcome, type Remembered } from "./recent-outcomes.js";
import type { Pending, State, StoredState } from "./state.js";

/** A change of a check's state, as the store's stream holds it. Times are Redis server time, in ms. */
export interface TransitionEntry {
  /** The stream's own id of it, `<ms>-<n>`. */
  readonly id: string;
  readonly check: string;
  readonly host: string | null;
  readonly from: State;
  readonly to: StoredState;
  readonly code: Code;
  readonly runId: string;
  readonly atMs: number;
  /** The chain before it; `null` in entries of a version that wrote none. */
  readonly cause: TransitionCause | null;
}

/** What led to a change of state. */
export interface TransitionCause {
  readonly status: OutcomeStatus;
  readonly durationMs: number;
  /** The consecutive outcomes at that moment, this one included. */
  readonly counter: Pending;
  /** The outcomes before it, newest first. */
  readonly before: readonly RecentOutcome[];
}

/** Why a change did, or did not have to, wait: the rules of health.md §3. */
export type CounterRule = "first" | "deterministic" | "immediate" | "threshold";

/** The cause of a change of state that `outcome` brings about, as JSON for the stream. */
export function encodeCause(
  previous: (Remembered & { readonly pending: Pending | null }) | null,
  outcome: Outcome,
): string {
  const { status, durationMs } = outcome;
  const counter = counted(previous?.pending ?? null, status);
  return JSON.stringify({ status, durationMs, counter, before: outcomesBefore(previous) } satisfies TransitionCause);
}

/** An entry of the stream by its fields, or `null` for anything that is not one; never throws. */
export function decodeTransition(
  place: Pick<TransitionEntry, "id" | "check" | "host">,
  fields: Readonly<Record<string, string | undefined>>,
): TransitionEntry | null {
  const { from, to, code, runId, at } = fields;
  const atMs = Number(at);
  if (!isState(from) || !isState(to) || to === "unknown" || !isCode(code) || runId === undefined) return null;
  if (at === undefined || at === "" || !Number.isFinite(atMs) || atMs < 0) return null;
  return { ...place, from, to, code, runId: runId.slice(0, 128), atMs, cause: readCause(fields["cause"]) };
}

/** Which rule let a change happen. */
export function ruleOf({ from, to, code }: Pick<TransitionEntry, "from" | "to" | "code">): CounterRule {
  if (from === "unknown") return "first";
  if (to === "down" && isDeterministic(code)) return "deterministic";
  return to === "down" || from === "down" ? "threshold" : "immediate";
}

function counted(pending: Pending | null, status: OutcomeStatus): Pending {
  const isSameWay = pending !== null && (pending.outcome === "fail") === (status === "fail");
  return isSameWay
    ? { outcome: status, count: pending.count + 1, of: pending.of }
    : { outcome: status, count: 1, of: 1 };
}

// A cause is some 700 bytes; whatever is larger was not written by us.
const MAX_CAUSE_CHARS = 4_096;

function readCause(text: string | undefined): TransitionCause | null {
  if (text === undefined || text.length > MAX_CAUSE_CHARS) return null;
  try {
    return toCause(JSON.parse(text));
  } catch {
    // No JSON, or nested deeper than the stack: the entry itself still tells what changed.
    return null;
  }
}

function toCause(value: unknown): TransitionCause | null {
  if (typeof value !== "object" || value === null) return null;
  const { status, durationMs, counter, before } = value as Readonly<Record<string, unknown>>;
  const known = OUTCOME_STATUSES.find((candidate) => candidate === status);
  const readCounter = toCounter(counter);
  if (known === undefined || typeof durationMs !== "number" || !(durationMs >= 0) || readCounter === null) return null;
  return { status: known, durationMs, counter: readCounter, before: readRecent(before) };
}

function toCounter(value: unknown): Pending | null {
  if (typeof value !== "object" || value === null) return null;
  const { outcome, count, of } = value as Readonly<Record<string, unknown>>;
  const known = OUTCOME_STATUSES.find((candidate) => candidate === outcome);
  return known !== undefined && isCount(count) && isCount(of) ? { outcome: known, count, of } : null;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

function isState(value: unknown): value is State {
  return value === "up" || value === "degraded" || value === "down" || value === "unknown";
}
