import type { CheckRecord } from "../snapshot.js";

/** A healthy result published at 1,000,000,000,000 ms, where a memory source's clock begins. */
export function sampleRecord(check: string, changes: Partial<Omit<CheckRecord, "check">> = {}): CheckRecord {
  return {
    check,
    host: null,
    state: "up",
    pending: null,
    outcome: { status: "pass", code: "ok", durationMs: 3, measures: {} },
    runId: `run-of-${check}`,
    recent: [],
    durationsMs: [],
    transitionCount: 1,
    sinceMs: 1_000_000_000_000,
    atMs: 1_000_000_000_000,
    sequence: 1,
    withdrawn: false,
    ...changes,
  };
}
