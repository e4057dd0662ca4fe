import { describe, expect, it } from "vitest";
import { queueRows } from "./queue-rows.js";
import { NOW_MS, WORKER } from "./testing.test.fixture.js";
import { workerRows } from "./worker-rows.js";

describe("a worker", () => {
  const row = (nowMs: number, changes: Partial<typeof WORKER> = {}) =>
    workerRows([{ ...WORKER, ...changes }], { nowMs, workerAliveMs: 15_000 })[0];

  it("is silent 15 s after its last beat, to the millisecond", () => {
    expect(row(NOW_MS + 15_000)?.state).toEqual({ tone: "pass", word: "alive" });
    expect(row(NOW_MS + 15_001)?.state).toEqual({ tone: "unknown", word: "silent" });
  });

  it("tells what it is at, while it is known to be at it", () => {
    const jobs = [{ kind: "cleanup", name: "recordings", startedAtMs: NOW_MS }] as const;
    expect(row(NOW_MS, { jobs })).toMatchObject({ jobs: ["cleanup recordings"], beat: "0 s ago", up: "1 h" });
    expect(row(NOW_MS + 15_001, { jobs })).toMatchObject({ jobs: [], up: "–" });
  });
});

describe("a queue", () => {
  const queue = { name: "checks", waiting: 2, active: 1, delayed: 5, failed: 0, atMs: NOW_MS };
  const state = (oldestWaitingAtMs: number | null, nowMs = NOW_MS) =>
    queueRows([{ ...queue, oldestWaitingAtMs }], nowMs)[0]?.state;

  it("is backed up when its oldest job has waited a minute, to the millisecond", () => {
    expect(state(NOW_MS - 60_000)).toEqual({ tone: "pass", word: "moving" });
    expect(state(NOW_MS - 60_001)).toEqual({ tone: "warn", word: "backed up" });
    expect(state(null)?.word).toBe("empty");
  });

  it("is not told to be well where nobody has counted it for long", () => {
    expect(state(null, NOW_MS + 30_001)).toEqual({ tone: "unknown", word: "not counted" });
  });
});
