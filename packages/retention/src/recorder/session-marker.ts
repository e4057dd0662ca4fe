import { type IsoTime, parseIsoTime } from "./iso-time.js";

/** The marker's file in a session's directory. */
export const MARKER_NAME = "metadata.json";

/** What the rules need of a marker. */
export interface SessionMarker {
  readonly sessionId: string;
  readonly startedAt: IsoTime;
  readonly endedAt: IsoTime | null;
  readonly hold: boolean;
}

/** Reads a marker's JSON against the recorder's schema (retention.md §2, rule 4); `null` when it does not fit. */
export function parseSessionMarker(text: string): SessionMarker | null {
  const value = parseObject(text);
  if (value === null || !hasRecorderFields(value)) return null;
  const { session_id: sessionId, started_at: startedText, ended_at: endedText, hold } = value;
  const startedAt = typeof startedText === "string" ? parseIsoTime(startedText) : null;
  const endedAt = typeof endedText === "string" ? parseIsoTime(endedText) : null;
  if (typeof sessionId !== "string" || startedAt === null) return null;
  if (isGiven(endedText) && endedAt === null) return null;
  return { sessionId, startedAt, endedAt, hold: hold === true };
}

interface RawMarker {
  readonly session_id?: unknown;
  readonly started_at?: unknown;
  readonly ended_at?: unknown;
  readonly total_segments?: unknown;
  readonly segments?: unknown;
  readonly raw_audio_format?: unknown;
  readonly sample_rate?: unknown;
  readonly hold?: unknown;
}

function parseObject(text: string): RawMarker | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    // Not JSON is an answer here, not a fault: the caller names it marker_invalid.
    return null;
  }
}

function hasRecorderFields(value: RawMarker): boolean {
  return (
    fits(value.total_segments, isCount) &&
    fits(value.segments, Array.isArray) &&
    fits(value.raw_audio_format, (format) => typeof format === "string") &&
    fits(value.sample_rate, (rate) => typeof rate === "number" && Number.isFinite(rate) && rate > 0) &&
    // A hold that is not a plain yes or no is somebody's wish to keep it: unknown is kept, "false" would not be.
    fits(value.hold, (hold) => typeof hold === "boolean")
  );
}

// Recorders write null for what they do not know yet.
function fits(value: unknown, isValid: (value: unknown) => boolean): boolean {
  return !isGiven(value) || isValid(value);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
