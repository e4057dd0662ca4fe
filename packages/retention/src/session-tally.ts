import { isOutOfDate } from "./out-of-date.js";
import type { Failure } from "./report.js";
import type { SessionResult } from "./session-result.js";

/** What became of sessions, in numbers and the first ids of each kind: a million results never stand in memory. */
export interface SessionTally {
  readonly deletedCount: number;
  /** The first of them, oldest first. */
  readonly deleted: readonly string[];
  readonly trashedCount: number;
  /** Kept in their place though they were candidates, or claimed and not finished: what an operator must look at. */
  readonly failedCount: number;
  readonly failed: readonly Failure[];
  /** All of them, counted by code. */
  readonly failedByCode: Readonly<Record<string, number>>;
  /** Kept in their place because the plan no longer described them or the run stopped; not among `failed`. */
  readonly skippedCount: number;
  readonly skipped: readonly Failure[];
  readonly skippedByCode: Readonly<Record<string, number>>;
  readonly bytesFreed: number;
}

/** A tally that is still growing. */
export interface OpenTally extends SessionTally {
  add(result: SessionResult): void;
}

/** An empty tally that remembers at most `maxIds` ids of a kind. */
export function createSessionTally(maxIds: number): OpenTally {
  const deleted: string[] = [];
  const failed: Failure[] = [];
  const skipped: Failure[] = [];
  const failedByCode: Record<string, number> = {};
  const skippedByCode: Record<string, number> = {};
  const counts = { deletedCount: 0, trashedCount: 0, failedCount: 0, skippedCount: 0, bytesFreed: 0 };
  return {
    get deletedCount() {
      return counts.deletedCount;
    },
    get trashedCount() {
      return counts.trashedCount;
    },
    get failedCount() {
      return counts.failedCount;
    },
    get skippedCount() {
      return counts.skippedCount;
    },
    get bytesFreed() {
      return counts.bytesFreed;
    },
    deleted,
    failed,
    failedByCode,
    skipped,
    skippedByCode,
    add: ({ id, result, code, bytesFreed }) => {
      counts.bytesFreed += bytesFreed;
      if (result === "deleted") keepFirst(deleted, id, { count: ++counts.deletedCount, maxIds });
      else if (result === "trashed") counts.trashedCount += 1;
      else if (result === "kept" && isOutOfDate(code)) {
        countCode(skippedByCode, code);
        keepFirst(skipped, { id, code }, { count: ++counts.skippedCount, maxIds });
      } else {
        countCode(failedByCode, code);
        keepFirst(failed, { id, code }, { count: ++counts.failedCount, maxIds });
      }
    },
  };
}

function keepFirst<T>(list: T[], item: T, { count, maxIds }: { count: number; maxIds: number }): void {
  if (count <= maxIds) list.push(item);
}

function countCode(counts: Record<string, number>, code: string): void {
  counts[code] = (counts[code] ?? 0) + 1;
}
