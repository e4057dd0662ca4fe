import { randomUUID } from "node:crypto";
import type { BeatInfo, QueueDepth, WorkerJob } from "@caretaker/redis-store";
import { createBeatClock } from "./beat-clock.js";
import type { HeartbeatState } from "./heartbeat.js";
import type { WorkerSettings } from "./worker-options.js";

/** Who this worker is, and what it says of itself in each beat. */
export interface WorkerIdentity {
  readonly id: string;
  info(): BeatInfo;
  /** Redis server time as this worker knows it, in ms. */
  nowMs(): number;
  /** What it is at, asked at each beat. */
  showJobs(jobs: () => readonly WorkerJob[]): void;
  /** How full its queues are, as counted last. */
  noteQueues(queues: readonly QueueDepth[]): void;
  /** A tick was taken to its end. */
  noteRun(): void;
  /** A beat told the store's time. */
  noteBeat(beat: Pick<HeartbeatState, "nowMs" | "skewMs">): void;
  /** How far the host's clock was ahead of the store's at the last beat, in ms; `null` before the first. */
  clockOffsetMs(): number | null;
}

/** The identity of a worker that starts now. */
export function createWorkerIdentity(
  { hostId, version }: Pick<WorkerSettings, "hostId" | "version">,
  monotonicMs: () => number,
): WorkerIdentity {
  const id = `${hostId}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const clock = createBeatClock(monotonicMs);
  const startedMs = monotonicMs();
  let lastRunMs: number | null = null;
  let clockOffsetMs: number | null = null;
  let jobs: () => readonly WorkerJob[] = () => [];
  let queues: readonly QueueDepth[] = [];
  return {
    id,
    info: () => ({
      id,
      host: hostId,
      pid: process.pid,
      version,
      startedAtMs: clock.toStoreMs(startedMs),
      lastRunAtMs: lastRunMs === null ? null : clock.toStoreMs(lastRunMs),
      jobs: jobs(),
      queues,
    }),
    nowMs: () => clock.toStoreMs(monotonicMs()),
    showJobs: (show) => {
      jobs = show;
    },
    noteQueues: (counted) => {
      queues = counted;
    },
    noteRun: () => {
      lastRunMs = monotonicMs();
    },
    noteBeat: ({ nowMs, skewMs }) => {
      clock.set(nowMs);
      clockOffsetMs = Math.round(skewMs);
    },
    clockOffsetMs: () => clockOffsetMs,
  };
}
