import { EMPTY_SNAPSHOT, type Snapshot, type SnapshotSource } from "../snapshot.js";

/** A {@link SnapshotSource} whose content and clock a test sets by hand. */
export interface MemorySnapshotSource extends SnapshotSource {
  /** Changes what is given and counts the version up, as a real source does. */
  set(changes: Partial<Omit<Snapshot, "version">>): void;
  setNowMs(nowMs: number): void;
}

/** A source that begins as a store that was read and is empty, at 1,000,000,000,000 ms, unless told otherwise. */
export function createMemorySnapshotSource(
  changes: Partial<Omit<Snapshot, "version">> = {},
  startMs = 1_000_000_000_000,
): MemorySnapshotSource {
  let snapshot: Snapshot = { ...EMPTY_SNAPSHOT, loaded: true, storeReachable: true, ...changes, version: 1 };
  let nowMs = startMs;
  return {
    current: () => snapshot,
    nowMs: () => nowMs,
    set: (next) => {
      snapshot = { ...snapshot, ...next, version: snapshot.version + 1 };
    },
    setNowMs: (next) => {
      nowMs = next;
    },
  };
}
