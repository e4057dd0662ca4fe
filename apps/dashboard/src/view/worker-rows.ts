import type { WorkerStatus } from "@caretaker/status";
import { formatDuration } from "./format-duration.js";
import type { Marked } from "./tone.js";

/** One line of the list of workers. */
export interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly pid: string;
  readonly version: string;
  readonly state: Marked;
  readonly up: string;
  readonly beat: string;
  /** What it was doing at its last beat. */
  readonly jobs: readonly string[];
  readonly lastRun: string;
}

/** When a worker counts as alive. */
export interface Aliveness {
  readonly nowMs: number;
  readonly workerAliveMs: number;
}

/** The workers, those that have fallen silent first. */
export function workerRows(workers: readonly WorkerStatus[], aliveness: Aliveness): readonly WorkerRow[] {
  return workers.toSorted((a, b) => a.beatAtMs - b.beatAtMs).map((worker) => rowOf(worker, aliveness));
}

/** Whether a worker has given a sign of life lately. */
export function isAlive({ beatAtMs }: WorkerStatus, { nowMs, workerAliveMs }: Aliveness): boolean {
  return nowMs - beatAtMs <= workerAliveMs;
}

function rowOf(worker: WorkerStatus, aliveness: Aliveness): WorkerRow {
  const { id, host, pid, version, startedAtMs, beatAtMs, lastRunAtMs, jobs } = worker;
  const { nowMs } = aliveness;
  const alive = isAlive(worker, aliveness);
  return {
    id,
    host,
    pid: String(pid),
    version,
    state: alive ? { tone: "pass", word: "alive" } : { tone: "unknown", word: "silent" },
    up: alive ? formatDuration(nowMs - startedAtMs) : "–",
    beat: `${formatDuration(nowMs - beatAtMs)} ago`,
    jobs: alive ? jobs.map((job) => `${job.kind} ${job.name}`) : [],
    lastRun: lastRunAtMs === null ? "none yet" : `${formatDuration(nowMs - lastRunAtMs)} ago`,
  };
}
