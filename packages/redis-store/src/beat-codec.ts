import type { WorkerBeat } from "@caretaker/health";

/** What a worker says of itself; the store adds the time. */
export type BeatInfo = Omit<WorkerBeat, "beatAtMs">;

// A beat is some 200 bytes; whatever is larger was not written by us and is not worth parsing.
const MAX_BEAT_CHARS = 4_096;

/** A worker's beat as the store holds it, or `null` for anything that is not one; never throws. */
export function decodeBeat(text: string): WorkerBeat | null {
  if (text.length > MAX_BEAT_CHARS) return null;
  try {
    return readBeat(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function readBeat(value: unknown): WorkerBeat | null {
  if (typeof value !== "object" || value === null) return null;
  const { v, beat, info } = value as { v?: unknown; beat?: unknown; info?: unknown };
  if (v !== 1 || !isTime(beat) || typeof info !== "object" || info === null) return null;
  const { id, host, pid, version, startedAtMs, lastRunAtMs } = info as Record<keyof BeatInfo, unknown>;
  if (typeof id !== "string" || typeof host !== "string" || typeof version !== "string") return null;
  if (typeof pid !== "number" || !isTime(startedAtMs)) return null;
  return {
    id,
    host,
    pid,
    version,
    startedAtMs,
    beatAtMs: beat,
    lastRunAtMs: isTime(lastRunAtMs) ? lastRunAtMs : null,
  };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
