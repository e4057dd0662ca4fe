import { existsSync, readdirSync } from "node:fs";
import { expect } from "vitest";
import { processesWith } from "../../../scripts/testing/processes.ts";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { toldOfStop, type WayToStop } from "../../../scripts/testing/ways-to-stop.ts";

/** What a worker's log names when it stops, in this order. */
export const STEPS = [
  "stop scheduling",
  "finish running work",
  "withdraw host results",
  "close queues",
  "remove beat file",
  "close database",
];

/** The grace of running work, 3 s, the bounds of the queues' ends, and two cores that others share. */
export const BOUND_MS = 9_000;

/** Asks a worker to stop, and expects it to do so in time and with the way's exit code; how long it took, in ms. */
export async function stopsInTime(worker: SpawnedApp, { code, ask }: WayToStop): Promise<number> {
  const askedMs = performance.now();
  ask(worker);
  expect(await worker.exit).toEqual({ code, signal: null });
  const tookMs = performance.now() - askedMs;
  expect(tookMs).toBeLessThan(BOUND_MS);
  return tookMs;
}

/** Expects a worker that has stopped to have told of every step, and to have left no file and no process behind. */
export function expectStopped(worker: SpawnedApp, reason: string, left: { dataDir: string; mark: string }): void {
  const told = toldOfStop(worker);
  expect(told.reason).toBe(reason);
  expect(told.steps).toEqual(STEPS.map((step) => ({ step, ms: expect.any(Number), ok: true })));
  expect(worker.stderrLines).toEqual([]);
  // The database is one file again, and so are the locks and the beat gone.
  expect(existsSync(left.dataDir)).toBe(true);
  expect(readdirSync(left.dataDir).filter((file) => /beat|lock|-wal|-shm/.test(file))).toEqual([]);
  expect(processesWith(left.mark)).toEqual([]);
}
