import { MAX_BEAT_JOBS, type WorkerJob } from "@caretaker/redis-store";

/** What a worker is at, for its beat. */
export interface WorkBoard {
  /** Shows a job while it runs. */
  during<T>(job: Pick<WorkerJob, "kind" | "name">, run: () => Promise<T>): Promise<T>;
  /** Those that have run longest first: what hangs is what somebody looks for. */
  jobs(): readonly WorkerJob[];
}

/** An empty board; `nowMs` is the store's time as this worker knows it. */
export function createWorkBoard(nowMs: () => number): WorkBoard {
  const underWay = new Set<WorkerJob>();
  return {
    during: async ({ kind, name }, run) => {
      const job = { kind, name, startedAtMs: nowMs() };
      underWay.add(job);
      try {
        return await run();
      } finally {
        underWay.delete(job);
      }
    },
    // A set keeps the order in which they began.
    jobs: () => [...underWay].slice(0, MAX_BEAT_JOBS),
  };
}
