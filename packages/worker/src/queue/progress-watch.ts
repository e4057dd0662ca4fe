/** Tells a consumer that has stopped taking jobs from one that has none to take. */
export interface ProgressWatch {
  /** Hears that a job was begun. */
  noteJob(): void;
  /** Hears now and then whether something is overdue that could be begun; whether that has gone on for too long. */
  isStuck(isOverdue: boolean): boolean;
  /** How often in a row it has gone on for too long. */
  times(): number;
}

/** Far longer than a job that could be begun waits, and short beside what a dead consumer costs. */
const STUCK_MS = 10_000;

/** A watch over one consumer; `nowMs` never goes back. */
export function createProgressWatch(nowMs: () => number): ProgressWatch {
  let sinceMs: number | null = null;
  let times = 0;
  return {
    noteJob: () => {
      sinceMs = null;
      times = 0;
    },
    isStuck: (isOverdue) => {
      if (!isOverdue) sinceMs = null;
      else sinceMs ??= nowMs();
      if (sinceMs === null || nowMs() - sinceMs < STUCK_MS) return false;
      sinceMs = null;
      times += 1;
      return true;
    },
    times: () => times,
  };
}
