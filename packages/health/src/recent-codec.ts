import { isCode } from "./codes.js";
import { OUTCOME_STATUSES } from "./outcome.js";
import { MAX_RECENT, type RecentOutcome } from "./recent-outcomes.js";

/**
 * The earlier outcomes as stored, without whatever is none. Records of a version that kept none have an empty list: they
 * explain, they decide nothing, so their lack must not make a record unreadable.
 */
export function readRecent(value: unknown): RecentOutcome[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_RECENT).flatMap((one: unknown) => readOne(one) ?? []);
}

function readOne(value: unknown): RecentOutcome | null {
  if (typeof value !== "object" || value === null) return null;
  const { status, code, durationMs, runId, atMs } = value as Readonly<Record<string, unknown>>;
  const known = OUTCOME_STATUSES.find((candidate) => candidate === status);
  if (known === undefined || !isCode(code) || typeof runId !== "string" || !isTime(durationMs) || !isTime(atMs))
    return null;
  return { status: known, code, durationMs, runId: runId.slice(0, 128), atMs };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
