import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { type Line, startTcpProxy, type TcpProxy } from "../../../scripts/testing/tcp-proxy.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import {
  createStopTable,
  GOES_WRONG_WHEN_TOLD,
  toldOfStop,
  WAYS_TO_STOP,
} from "../../../scripts/testing/ways-to-stop.ts";
import { type DirectedFleet, type Direction, openDirectedFleet } from "./directed-fleet.ts";
import { canMount, mountSmallDisk } from "./small-disk.ts";
import { scratchDirectory, spawnWorker } from "./worker-process.ts";
import { BOUND_MS, expectStopped, STEPS, stopsInTime } from "./worker-stops.ts";

const root = scratchDirectory();

const table = createStopTable();
afterAll(() => {
  console.info(table.format());
});

interface Case {
  readonly fleet: DirectedFleet;
  readonly line: TcpProxy;
}

/** What a worker is in the middle of when it is asked; resolves with what to expect of it afterwards. */
type Situation = (one: Case) => Promise<() => Promise<void>>;

const nothing = async () => undefined;

const spoil =
  (line: Line): Situation =>
  async (one) => {
    await one.fleet.untilState("steady", "up");
    one.line.set(line);
    return nothing;
  };

const SITUATIONS: Readonly<Record<string, Situation>> = {
  idle: async ({ fleet }) => {
    await fleet.untilState("steady", "up");
    return nothing;
  },
  "while a check runs": async ({ fleet }) => {
    await waitFor(() => fleet.notes("steady").length > 0, { what: "the run to begin" });
    // Ended by itself, so what it found is published.
    return async () => {
      expect(fleet.notes("steady", "end")).toHaveLength(1);
      expect((await fleet.record("steady"))?.outcome.code).toBe("refused");
    };
  },
  "while a check hangs": async ({ fleet }) => {
    await waitFor(() => fleet.notes("steady").length > 0, { what: "the run to begin" });
    // Aborted, which says nothing about what it looked at.
    return async () => {
      expect(await fleet.record("steady")).toBeNull();
    };
  },
  "with Redis gone": spoil({ kind: "refuse" }),
  "with Redis silent": spoil({ kind: "blackhole" }),
};

/** What the check is told before the worker starts; otherwise it passes. */
const TOLD: Readonly<Record<string, Direction>> = {
  "while a check runs": "wait:2000:fail",
  "while a check hangs": "hang",
};

describe.each(Object.entries(SITUATIONS))(
  "the worker, %s, stops by the same steps and leaves nothing behind",
  (now, situation) => {
    it.concurrent.each(WAYS_TO_STOP)("on $name", { timeout: 120_000 }, async (way) => {
      const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
      const line = await startTcpProxy(Number(new URL(redisUrl).port));
      const fleet = openDirectedFleet(root, redisUrl, [
        { name: "steady", every: "12s", timeout: "10s", failureThreshold: 1 },
        // A child process is what a worker could leave behind.
        { name: "child", every: "12s", timeout: "10s", script: "sleep 120" },
      ]);
      const direction = TOLD[now];
      if (direction !== undefined) fleet.direct("steady", direction);
      const dataDir = join(fleet.directory, "data");
      const worker = fleet.start("host-a", {
        REDIS_URL: `redis://127.0.0.1:${line.port}`,
        DATA_DIR: dataDir,
        NODE_OPTIONS: GOES_WRONG_WHEN_TOLD,
      });
      await waitFor(() => existsSync(join(dataDir, "worker.beat")), { what: "its beat file", timeoutMs: 60_000 });
      const thenExpect = await situation({ fleet, line });
      table.note(now, way.name, await stopsInTime(worker, way));
      await thenExpect();
      expectStopped(worker, way.reason, { dataDir, mark: fleet.prefix });
      fleet.close();
      await line.stop();
    });
  },
);

describe("the worker, asked to stop,", { timeout: 90_000 }, () => {
  it("keeps its bound where Redis never was", async () => {
    const worker = spawnWorker({ REDIS_URL: "redis://127.0.0.1:1", DATA_DIR: join(root, "never") });
    await worker.waitForLog((line) => line.includes("worker started"), { timeoutMs: 60_000 });
    const askedMs = performance.now();
    worker.child.kill("SIGTERM");
    expect(await worker.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - askedMs).toBeLessThan(BOUND_MS);
    expect(toldOfStop(worker).steps.map(({ step }) => step)).toEqual(STEPS);
  });

  it.skipIf(!canMount).each(WAYS_TO_STOP.slice(0, 1))("goes by the same steps on $name, its disk full", async (way) => {
    const fleet = openDirectedFleet(root, process.env["CARETAKER_TEST_REDIS_URL"] ?? "", []);
    const disk = mountSmallDisk(join(root, "full"));
    const worker = fleet.start("host-a", { DATA_DIR: disk.path });
    await waitFor(() => existsSync(join(disk.path, "worker.beat")), { what: "its beat file", timeoutMs: 60_000 });
    disk.fill();
    await stopsInTime(worker, way);
    expectStopped(worker, way.reason, { dataDir: disk.path, mark: fleet.prefix });
    fleet.close();
  });

  it.each([
    ["says 124 where running work is not over by the deadline", "1s", null, 124],
    ["goes at once with 128 + n on a second signal", "60s", signalAgain, 143],
  ] as const)("%s", async (_name, deadline, andThen, code) => {
    const fleet = openDirectedFleet(root, process.env["CARETAKER_TEST_REDIS_URL"] ?? "", [
      { name: "steady", every: "12s", timeout: "10s", failureThreshold: 1 },
    ]);
    fleet.direct("steady", "hang");
    const worker = fleet.start("host-a", { SHUTDOWN_TIMEOUT: deadline });
    await waitFor(() => fleet.notes("steady").length > 0, { what: "the run to begin", timeoutMs: 60_000 });
    const askedMs = performance.now();
    worker.child.kill("SIGTERM");
    await worker.waitForLog((line) => line.includes('"msg":"shutdown"'));
    await andThen?.(worker);
    expect(await worker.exit).toEqual({ code, signal: null });
    expect(performance.now() - askedMs).toBeLessThan(BOUND_MS);
    // No failure is invented of a check that was cut off.
    expect(await fleet.record("steady")).toBeNull();
    fleet.close();
  });
});

/** Later than the echo that npm adds to a Ctrl-C. */
async function signalAgain({ child }: SpawnedApp): Promise<void> {
  const fromMs = performance.now();
  await waitFor(() => performance.now() - fromMs > 150, { what: "the time of an echo" });
  child.kill("SIGTERM");
}
