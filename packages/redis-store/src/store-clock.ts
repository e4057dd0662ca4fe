import { performance } from "node:perf_hooks";

/** Redis server time, in ms, as this process knows it. */
export interface StoreClock {
  nowMs(): number;
  /** Takes over what the store answered to a question asked at `startedMs` of the monotonic clock. */
  set(storeMs: number, startedMs: number): void;
}

/** Redis server time between two reads: the last one read, carried on by the monotonic clock, never by the host's. */
export function createStoreClock(): StoreClock {
  let baseMs = Date.now();
  let readAtMs = performance.now();
  return {
    nowMs: () => baseMs + (performance.now() - readAtMs),
    set: (storeMs: number, startedMs: number) => {
      const arrivedMs = performance.now();
      // The store read its clock somewhere between our question and its answer.
      baseMs = storeMs + (arrivedMs - startedMs) / 2;
      readAtMs = arrivedMs;
    },
  };
}
