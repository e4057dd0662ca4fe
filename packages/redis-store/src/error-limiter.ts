import { performance } from "node:perf_hooks";
import type { Log } from "./log.js";

/** Told of every connection error, with the connection's role. */
export type ReportError = (connection: string, error: Error) => void;

/**
 * Logs connection errors at most once in 10 s for each kind, with the number left out: an outage with its retries is one
 * fact, and a refused write makes BullMQ repeat one error thousands of times a second.
 */
export function createErrorLimiter(log: Pick<Log, "warn">, monotonicMs = () => performance.now()): ReportError {
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

const INTERVAL_MS = 10_000;
