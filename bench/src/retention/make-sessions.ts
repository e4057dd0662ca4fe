import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

/** Sessions to make: as many of them, one every {@link SESSION_EVERY_MS} from {@link FIRST_SESSION_MS} on. */
export interface SessionsToMake {
  readonly root: string;
  readonly count: number;
  /** How many segments of a few bytes each has; default 1. */
  readonly segments?: number;
}

/** When the oldest session began, in ms since the epoch. */
export const FIRST_SESSION_MS = Date.UTC(2024, 0, 1);
/** How far sessions lie apart. */
export const SESSION_EVERY_MS = 30_000;

const THREADS = 2;

/** Makes ended sessions with a valid marker and small segments, on two threads: the file system can do two things at once. */
export async function makeSessions({ root, count, segments = 1 }: SessionsToMake): Promise<void> {
  mkdirSync(root, { recursive: true });
  const share = Math.ceil(count / THREADS);
  const parts = Array.from({ length: THREADS }, (_, index) => {
    return { root, segments, from: index * share, to: Math.min(count, (index + 1) * share) };
  });
  await Promise.all(parts.map(makeOnThread));
}

/** Some of the sessions of a root, by their numbers. */
export interface SessionRange {
  readonly root: string;
  readonly segments: number;
  readonly from: number;
  readonly to: number;
}

function makeOnThread(workerData: SessionRange): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./make-sessions-thread.js", import.meta.url), { workerData });
    worker.once("error", reject).once("exit", () => resolve());
  });
}

/** The name of the session of this number; 0 is the oldest. */
function sessionName(number: number): string {
  const [date = "", time = ""] = startOf(number).slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  return `call-${number}_${date}_${time}`;
}

function startOf(number: number): string {
  return new Date(FIRST_SESSION_MS + number * SESSION_EVERY_MS).toISOString();
}

/** Makes them in this thread. */
export function makeRange({ root, segments, from, to }: SessionRange): void {
  for (let number = from; number < to; number += 1) {
    const directory = join(root, sessionName(number));
    mkdirSync(directory);
    const files = Array.from({ length: segments }, (_, index) => `segment_${String(index + 1).padStart(4, "0")}.raw`);
    for (const file of files) writeFileSync(join(directory, file), "audio");
    writeFileSync(join(directory, "metadata.json"), JSON.stringify(markerOf(number, files)));
  }
}

function markerOf(number: number, files: readonly string[]) {
  return {
    session_id: `call-${number}`,
    started_at: startOf(number),
    ended_at: startOf(number + 1),
    total_segments: files.length,
    segments: files.map((file) => ({ file })),
    raw_audio_format: "s16le",
    sample_rate: 16_000,
  };
}
