import { formatDuration } from "./format-duration.js";
import type { WorkerStatus } from "./status.js";
import type { Marked } from "./view.js";

/** One line of the list of workers. */
export interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly pid: string;
  readonly version: string;
  readonly state: Marked;
  readonly up: string;
  readonly beat: string;
  readonly lastRun: string;
}

// As long as the API itself still counts a worker as alive (health.md §5).
const ALIVE_MS = 15_000;

/** The workers, those that have fallen silent first. */
export function workerRows(workers: readonly WorkerStatus[], nowMs: number): readonly WorkerRow[] {
  return workers.toSorted((a, b) => a.beatAtMs - b.beatAtMs).map((worker) => rowOf(worker, nowMs));
}

/** Whether a worker has given a sign of life lately. */
export function isAlive({ beatAtMs }: WorkerStatus, nowMs: number): boolean {
  return nowMs - beatAtMs <= ALIVE_MS;
}

function rowOf(worker: WorkerStatus, nowMs: number): WorkerRow {
  const { id, host, pid, version, startedAtMs, beatAtMs, lastRunAtMs } = worker;
  return {
    id,
    host,
    pid: String(pid),
    version,
    state: isAlive(worker, nowMs) ? { tone: "pass", word: "alive" } : { tone: "unknown", word: "silent" },
    up: formatDuration(nowMs - startedAtMs),
    beat: `${formatDuration(nowMs - beatAtMs)} ago`,
    lastRun: lastRunAtMs === null ? "none yet" : `${formatDuration(nowMs - lastRunAtMs)} ago`,
  };
}
