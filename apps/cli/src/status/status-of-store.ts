import type { OpenStore } from "../store/open-store.js";
import type { StatusReport } from "./status-report.js";
import { toStatusReport } from "./to-status-report.js";

/** The status as the store has it at this moment. */
export function statusOfStore({ reader, readiness }: OpenStore, source: string): StatusReport {
  const { verdict, code, checks, atMs: nowMs } = readiness();
  const { storeReachable, workers, targets } = reader.current();
  const told = checks.map((check) => ({ ...check, critical: check.spec.critical }));
  return toStatusReport({ source, nowMs, verdict, code, storeReachable, checks: told, workers, targets });
}
