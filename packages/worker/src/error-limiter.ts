import type { WorkerLog } from "./log.js";

/**
 * Logs connection errors at most once a second for each kind, with the number left out: a refused write makes BullMQ
 * repeat the same error thousands of times a second.
 */
export function createErrorLimiter(
  log: WorkerLog,
  monotonicMs: () => number,
): (connection: string, error: Error) => void {
  const kinds = new Map<string, { saidAtMs: number; leftOut: number }>();
  return (connection, error) => {
    const kind = `${connection}:${(error as { code?: string }).code ?? error.message.slice(0, 40)}`;
    const seen = kinds.get(kind);
    if (seen !== undefined && monotonicMs() - seen.saidAtMs < INTERVAL_MS) {
      seen.leftOut += 1;
      return;
    }
    kinds.set(kind, { saidAtMs: monotonicMs(), leftOut: 0 });
    log.warn("redis connection", { connection, error, leftOut: seen?.leftOut ?? 0 });
  };
}

// An outage with retries is one fact, not one a second.
const INTERVAL_MS = 10_000;
