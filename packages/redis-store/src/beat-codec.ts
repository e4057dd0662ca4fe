import type { WorkerBeat } from "@caretaker/health";

/** What a worker is at: `name` is that of a check or of a retention target. */
export interface WorkerJob {
  readonly kind: "check" | "cleanup";
  readonly name: string;
  /** Redis server time, in ms. */
  readonly startedAtMs: number;
}

/** How full a queue was when the worker that serves it counted. */
export interface QueueDepth {
  readonly name: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  /** By the clock of the host that added it, in ms; `null` where nothing waits. */
  readonly oldestWaitingAtMs: number | null;
}

/** A worker's sign of life with what it was doing; both lists are empty in a beat of an older version. */
export interface StoredBeat extends WorkerBeat {
  readonly jobs: readonly WorkerJob[];
  readonly queues: readonly QueueDepth[];
}

/** What a worker says of itself; the store adds the time. */
export type BeatInfo = Omit<StoredBeat, "beatAtMs" | "jobs" | "queues"> & Partial<Pick<StoredBeat, "jobs" | "queues">>;

/** At most this many jobs of a worker are told. */
export const MAX_BEAT_JOBS = 8;

/** At most this many queues of a worker are told. */
export const MAX_BEAT_QUEUES = 100;

// A beat is some 500 bytes, and 20,000 with a hundred queues; whatever is larger was not written by us.
const MAX_BEAT_CHARS = 32_768;

/** A worker's beat as the store holds it, or `null` for anything that is not one; never throws. */
export function decodeBeat(text: string): StoredBeat | null {
  if (text.length > MAX_BEAT_CHARS) return null;
  try {
    return readBeat(JSON.parse(text));
  } catch {
    // No JSON, or nested deeper than the stack.
    return null;
  }
}

function readBeat(value: unknown): StoredBeat | null {
  if (typeof value !== "object" || value === null) return null;
  const { v, beat, info } = value as { v?: unknown; beat?: unknown; info?: unknown };
  if (v !== 1 || !isTime(beat) || typeof info !== "object" || info === null) return null;
  const { id, host, pid, version, startedAtMs, lastRunAtMs, jobs, queues } = info as Record<keyof BeatInfo, unknown>;
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
    jobs: readList(jobs, MAX_BEAT_JOBS, readJob),
    queues: readList(queues, MAX_BEAT_QUEUES, readQueue),
  };
}

/** What can be read of a list; it is shown, it decides nothing, so the rest is left out. */
function readList<T>(value: unknown, max: number, read: (fields: Fields) => T | null): T[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, max).flatMap((one: unknown) => {
    return typeof one === "object" && one !== null ? (read(one as Fields) ?? []) : [];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function readJob({ kind, name, startedAtMs }: Fields): WorkerJob | null {
  if ((kind !== "check" && kind !== "cleanup") || typeof name !== "string" || !isTime(startedAtMs)) return null;
  return { kind, name, startedAtMs };
}

function readQueue({ name, waiting, active, delayed, failed, oldestWaitingAtMs }: Fields): QueueDepth | null {
  if (typeof name !== "string") return null;
  if (!isTime(waiting) || !isTime(active) || !isTime(delayed) || !isTime(failed)) return null;
  const oldest = isTime(oldestWaitingAtMs) ? oldestWaitingAtMs : null;
  return { name, waiting, active, delayed, failed, oldestWaitingAtMs: oldest };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
