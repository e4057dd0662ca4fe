import { setImmediate } from "node:timers/promises";

const SLICE_MS = 8;

/**
 * Lets other work run whenever a loop of synchronous calls has held the process for 8 ms: wait for what is returned
 * after each small piece of work.
 */
export function createTimeSlices(): () => Promise<void> {
  let startedMs = performance.now();
  return async () => {
    if (performance.now() - startedMs < SLICE_MS) return;
    await setImmediate();
    startedMs = performance.now();
  };
}
