import { randomBytes } from "node:crypto";
import { mkdir, open, rename, writeFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { InvalidSessionError } from "../errors.js";
import { syncDirectory } from "../sync-directory.js";
import { MARKER_NAME } from "./session-marker.js";
import { formatSessionName, isSessionId, SESSION_ID_ALLOWED } from "./session-name.js";

/** What a new recording session is made from. */
export interface SessionOptions {
  /** The target's root; it must exist. */
  readonly root: string;
  /** 1 to 128 of `A-Z a-z 0-9 . _ -`, starting with a letter or digit. */
  readonly sessionId: string;
  readonly startedAt: Date;
  /** Samples per second. */
  readonly sampleRate: number;
  /** For example `s16le`. */
  readonly rawAudioFormat: string;
}

/** One recorded piece. */
export interface SegmentOptions {
  /** The file's name in the session's directory. */
  readonly file: string;
  /** Written to the file when given; otherwise the producer writes it. */
  readonly data?: Uint8Array;
  readonly durationMs?: number;
}

/** A session being recorded. */
export interface RecordingSession {
  /** Its directory, in the root. */
  readonly dir: string;
  /** Notes a segment in the marker. */
  addSegment(segment: SegmentOptions): Promise<void>;
  /** Marks the session as finished: until then it counts as active while anything in it changes. */
  end(endedAt: Date): Promise<void>;
}

/**
 * Begins a session the way `recorderSessions()` recognises it: `<session_id>_<YYYYMMDD>_<HHMMSS>` in UTC, with a
 * `metadata.json` that is always whole.
 *
 * @throws {@link InvalidSessionError} naming the wrong value; the system's `EEXIST` when the same id began in the same second.
 */
export async function createSession(options: SessionOptions): Promise<RecordingSession> {
  validate(options);
  const dir = join(options.root, formatSessionName(options.sessionId, options.startedAt));
  const marker = firstMarker(options);
  await mkdir(dir, { mode: 0o750 });
  await writeMarker(dir, marker);
  return openSession(dir, marker);
}

interface Marker {
  readonly session_id: string;
  readonly started_at: string;
  ended_at?: string;
  total_segments: number;
  readonly segments: object[];
  readonly raw_audio_format: string;
  readonly sample_rate: number;
}

function validate({ root, sessionId, startedAt, sampleRate, rawAudioFormat }: SessionOptions): void {
  if (typeof root !== "string" || !isAbsolute(root)) throw new InvalidSessionError("root", root, "an absolute path");
  if (!isSessionId(sessionId)) throw new InvalidSessionError("sessionId", sessionId, SESSION_ID_ALLOWED);
  if (!isWritableDate(startedAt)) throw new InvalidSessionError("startedAt", startedAt, "a Date from year 0 to 9999");
  if (!(Number.isFinite(sampleRate) && sampleRate > 0)) {
    throw new InvalidSessionError("sampleRate", sampleRate, "a number of samples per second above 0");
  }
  if (typeof rawAudioFormat !== "string") throw new InvalidSessionError("rawAudioFormat", rawAudioFormat, "text");
}

// Outside these years the stamp would need more than four digits, and the name would not be recognised.
function isWritableDate(date: unknown): date is Date {
  return date instanceof Date && date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9_999;
}

function firstMarker({ sessionId, startedAt, sampleRate, rawAudioFormat }: SessionOptions): Marker {
  return {
    session_id: sessionId,
    started_at: startedAt.toISOString(),
    total_segments: 0,
    segments: [],
    raw_audio_format: rawAudioFormat,
    sample_rate: sampleRate,
  };
}

function openSession(dir: string, marker: Marker): RecordingSession {
  // One change at a time, so that no marker is written over a newer one.
  let queue: Promise<void> = Promise.resolve();
  const enqueue = (change: () => Promise<void>): Promise<void> => {
    const done = queue.then(change);
    queue = done.catch(() => {});
    return done;
  };
  return {
    dir,
    addSegment: (segment) => enqueue(() => addSegment(dir, { marker, segment })),
    end: (endedAt) => enqueue(() => endSession(dir, { marker, endedAt })),
  };
}

async function addSegment(
  dir: string,
  { marker, segment }: { marker: Marker; segment: SegmentOptions },
): Promise<void> {
  const { file, data, durationMs } = segment;
  if (marker.ended_at !== undefined) throw new InvalidSessionError("segment", file, "none once the session has ended");
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(file) || file === MARKER_NAME) {
    throw new InvalidSessionError("file", file, `a name of A-Z a-z 0-9 . _ - other than ${MARKER_NAME}`);
  }
  if (data !== undefined) await writeFile(join(dir, file), data, { flag: "wx" });
  marker.segments.push({ file, ...(durationMs === undefined ? {} : { duration_ms: durationMs }) });
  marker.total_segments = marker.segments.length;
  await writeMarker(dir, marker);
}

async function endSession(dir: string, { marker, endedAt }: { marker: Marker; endedAt: Date }): Promise<void> {
  if (!isWritableDate(endedAt)) throw new InvalidSessionError("endedAt", endedAt, "a Date from year 0 to 9999");
  marker.ended_at ??= endedAt.toISOString();
  await writeMarker(dir, marker);
}

/** A reader sees the old marker or the new one, never half of one: the file is written beside it and renamed. */
async function writeMarker(dir: string, marker: Marker): Promise<void> {
  const unfinished = join(dir, `.${MARKER_NAME}.${randomBytes(4).toString("hex")}.tmp`);
  const handle = await open(unfinished, "wx", 0o640);
  try {
    await handle.writeFile(`${JSON.stringify(marker, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, join(dir, MARKER_NAME));
  syncDirectory(dir);
}
