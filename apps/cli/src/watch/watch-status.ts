import { setTimeout as delay } from "node:timers/promises";
import type { StatusReport } from "../status/status-report.js";
import { type StatusChange, statusChanges } from "./status-changes.js";

/** How a status is watched. */
export interface WatchOptions {
  /** Asked from memory, and so often. */
  readonly look: () => StatusReport;
  /** Told first of everything there is, then of what changes. */
  readonly onChange: (changes: readonly StatusChange[], report: StatusReport) => Promise<void>;
  /** Told at least this often, in ms, with no changes too; `null`: only of changes. */
  readonly refreshMs: number | null;
  readonly signal: AbortSignal;
}

// Far more often than a check can run, and it is a comparison in memory.
const LOOK_EVERY_MS = 100;

/** Looks until the signal aborts, and then rejects with its reason. */
export async function watchStatus({ look, onChange, refreshMs, signal }: WatchOptions): Promise<never> {
  let before: StatusReport | null = null;
  let toldAtMs = 0;
  for (;;) {
    const report = look();
    const changes = statusChanges(before, report);
    const isDue = refreshMs !== null && report.nowMs - toldAtMs >= refreshMs;
    if (changes.length > 0 || isDue) {
      await onChange(changes, report);
      toldAtMs = report.nowMs;
    }
    before = report;
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
