import { setTimeout as delay } from "node:timers/promises";
import { type CheckRecord, defineCheck } from "@caretaker/health";
import { Queue } from "bullmq";
import { describe, expect, it } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { startTcpProxy } from "../../../scripts/testing/tcp-proxy.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type DirectedCheck, openDirectedFleet, type Transition } from "./directed-fleet.ts";
import { type Note, scratchDirectory, stopWorker } from "./worker-process.ts";

const root = scratchDirectory();
const redisUrl = () => process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const fleetOf = (checks: readonly DirectedCheck[]) => openDirectedFleet(root, redisUrl(), checks);

/** What queueing, a poll of this test and two busy cores may add to a moment that is computed. */
const SLACK_MS = 1_500;

/** How long processes are waited for that have yet to start, whatever else the machine does. */
const START_MS = 40_000;

async function kill(worker: SpawnedApp | undefined): Promise<void> {
  worker?.child.kill("SIGKILL");
  await worker?.exit;
}

function fenceOf({ runId }: { readonly runId: string }): number {
  return Number(runId.slice(runId.lastIndexOf(".") + 1));
}

/** Runs that began while another was under way, in a process that lived on to end it. */
function overlapsOf(starts: readonly Note[], ends: readonly Note[]): Note[] {
  const endOf = (start: Note) => ends.find(({ pid, atMs }) => pid === start.pid && atMs >= start.atMs)?.atMs ?? 0;
  return starts.filter((later, index) => starts.slice(0, index).some((start) => endOf(start) > later.atMs));
}

/** The transitions that published records amount to: who changed the state, and from what. */
function changesOf(records: readonly CheckRecord[], field: string): Transition[] {
  let from = "unknown";
  return records.flatMap(({ state: to, runId }) => {
    const change = { field, from, to, runId };
    from = to;
    return change.from === to ? [] : [change];
  });
}

/** A worker's way to the shared Redis, to be spoiled. */
async function openLine() {
  const url = new URL(redisUrl());
  const line = await startTcpProxy(Number(url.port));
  url.port = String(line.port);
  return { line, lineUrl: url.href };
}

// Side by side, since they wait more than they work; each has its own key prefix.
describe.concurrent("runs", () => {
  it("whose results were lost with the store are made up for within 5 s, however far the next tick is", async () => {
    const fleet = fleetOf([{ name: "seldom", every: "1h" }]);
    const { line, lineUrl } = await openLine();
    fleet.direct("seldom", "wait:1000");
    const worker = fleet.start("host-a", { REDIS_URL: lineUrl });
    await waitFor(() => fleet.notes("seldom").length === 1, { timeoutMs: START_MS, what: "the run" });
    line.set({ kind: "refuse" });
    fleet.direct("seldom", "pass");
    await waitFor(() => fleet.notes("seldom", "end").length === 1, { what: "its end" });
    line.set({ kind: "pass" });
    await fleet.untilState("seldom", "up", 5_000);
    expect(fleet.notes("seldom")).toHaveLength(2);
    await stopWorker(worker);
    await line.stop();
  }, 60_000);

  it("of a worker stopped across two ticks and resumed: the late result never lands", { timeout: 90_000 }, async () => {
    const check = { name: "slow", every: "2s", timeout: "1500ms", failureThreshold: 1 } as const;
    const fleet = fleetOf([check]);
    fleet.direct("slow", "wait:1000");
    const published = await fleet.follow("slow");
    const workers = [fleet.start(), fleet.start()];
    await fleet.untilState("slow", "up", START_MS);
    const seen = fleet.notes("slow").length;
    const stoppedRun = await waitFor(() => fleet.notes("slow")[seen], { what: "a run to stop in its middle" });
    const stopped = workers.find(({ child }) => child.pid === stoppedRun.pid);
    stopped?.child.kill("SIGSTOP");
    const [lateFence] = (await fleet.client.hget(fleet.keys.fences, "slow"))?.split(":") ?? [];
    expect(await fleet.client.hget(fleet.keys.fences, "slow")).toBe(`${lateFence}:open`);
    // What it finds when it wakes: it is the only one that would call the check down, and at once.
    // Its own next runs must not be mistaken for the late one.
    fleet.direct(`slow.${stoppedRun.pid}`, "once:fail");
    const before = published.length;
    await waitFor(() => published.length >= before + 2, { what: "two ticks, published by the other worker" });
    const sequence = (await fleet.record("slow"))?.sequence ?? Number.POSITIVE_INFINITY;
    stopped?.child.kill("SIGCONT");
    await waitFor(
      () => fleet.notes("slow", "end").find(({ pid, atMs }) => pid === stoppedRun.pid && atMs > stoppedRun.atMs),
      {
        what: "the end of the stopped run",
      },
    );
    const then = published.length;
    await waitFor(() => published.length >= then + 2, { what: "two more publications" });

    expect(published.map(fenceOf)).not.toContain(Number(lateFence));
    expect(published.map(({ state }) => state)).toEqual(published.map(() => "up"));
    expect((await fleet.record("slow"))?.sequence).toBeGreaterThan(sequence);
    expect(await fleet.transitions("slow")).toHaveLength(1);
    await Promise.all(workers.map(stopWorker));
    fleet.close();
  });

  it("of workers that race and crash: no overlap, no step back, and each transition in the stream exactly once", {
    timeout: 60_000,
  }, async () => {
    const check = {
      name: "flip",
      every: "1s",
      timeout: "400ms",
      failureThreshold: 1,
      successThreshold: 1,
    } as const;
    const fleet = fleetOf([check]);
    fleet.direct("flip", "wait:20:flip");
    const published = await fleet.follow("flip");
    let workers = [fleet.start(), fleet.start(), fleet.start()];
    await waitFor(() => published.length > 0, { what: "the first result", timeoutMs: 20_000 });
    const queue = new Queue("checks", { connection: fleet.client, prefix: fleet.keys.queues });
    for (let crash = 0; crash < 3; crash += 1) {
      // Far more ticks than a schedule would ever make, so that the workers are at the same check at the same moment.
      await queue.addBulk(Array.from({ length: 40 }, () => ({ name: "flip", data: { checks: { flip: 0 } } })));
      const before = fleet.notes("flip").length;
      const run = await waitFor(() => fleet.notes("flip")[before], { what: "a run of the race" });
      const victim = workers.find(({ child }) => child.pid === run.pid);
      await kill(victim);
      workers = [...workers.filter((worker) => worker !== victim), fleet.start()];
      const then = published.length;
      await waitFor(() => published.length >= then + 3, { what: "results after the crash" });
    }
    await Promise.all(workers.map(stopWorker));
    await queue.close();

    expect(overlapsOf(fleet.notes("flip"), fleet.notes("flip", "end"))).toEqual([]);
    const fences = published.map(fenceOf);
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    expect(published.map(({ sequence }) => sequence)).toEqual(
      published.map(({ sequence }) => sequence).sort((a, b) => a - b),
    );
    const changes = changesOf(published, "flip");
    expect(changes.length).toBeGreaterThan(5);
    expect(await fleet.transitions("flip")).toEqual(changes);
    fleet.close();
  });

  it("of a check every 6 s come again after 2 s while a change is pending: third failure within 2 × 6/3 s of the first", {
    timeout: 60_000,
  }, async () => {
    const check = { name: "six", every: "6s", timeout: "500ms", failureThreshold: 3, successThreshold: 3 } as const;
    const { everyMs, failureThreshold } = defineCheck({ ...check, run: () => undefined });
    const boundMs = (failureThreshold - 1) * (everyMs / 3);
    const fleet = fleetOf([check]);
    const published = await fleet.follow("six");
    const worker = fleet.start();
    await fleet.untilState("six", "up", 20_000);
    const turn = async (direction: "fail" | "pass", state: "down" | "up") => {
      fleet.direct("six", direction);
      const first = await waitFor(
        () => published.find(({ outcome, state: now }) => outcome.status === direction && now !== state),
        {
          what: `the first ${direction}`,
        },
      );
      const changed = await waitFor(
        () => published.find(({ state: now, sequence }) => now === state && sequence > first.sequence),
        {
          what: `the state ${state}`,
        },
      );
      return { first, tookMs: changed.atMs - first.atMs };
    };

    const failing = await turn("fail", "down");
    const recovering = await turn("pass", "up");
    console.info(
      `three failures within ${failing.tookMs} ms, three successes within ${recovering.tookMs} ms; ${boundMs} ms computed`,
    );
    for (const { first, tookMs } of [failing, recovering]) {
      expect(first.pending).toMatchObject({ count: 1, of: 3 });
      expect(tookMs).toBeGreaterThan(boundMs - 500);
      expect(tookMs).toBeLessThan(boundMs + SLACK_MS);
    }
    await stopWorker(worker);
    fleet.close();
  });

  it("are counted on by the next worker: pending 1 of 3, kill -9, and the next failure makes it 2", {
    timeout: 90_000,
  }, async () => {
    const fleet = fleetOf([{ name: "counted", every: "3s", timeout: "500ms", failureThreshold: 3 }]);
    const published = await fleet.follow("counted");
    const first = fleet.start();
    await fleet.untilState("counted", "up", START_MS);
    fleet.direct("counted", "fail");
    await fleet.untilRecord("counted", ({ pending }) => pending?.count === 1);
    await kill(first);
    // The one wait here that is no condition: what must not happen without a worker is a count.
    await delay(1_500);
    const second = fleet.start();
    await fleet.untilRecord("counted", ({ pending }) => pending?.count === 2);
    await stopWorker(second);
    const third = fleet.start();
    await fleet.untilState("counted", "down");
    const failures = published.filter(({ outcome }) => outcome.status === "fail");
    // By the time that it is seen as down it may have run, and failed, once more.
    expect(failures.slice(0, 3).map(({ state, pending }) => ({ state, pending }))).toEqual([
      { state: "up", pending: { outcome: "fail", count: 1, of: 3 } },
      { state: "up", pending: { outcome: "fail", count: 2, of: 3 } },
      { state: "down", pending: null },
    ]);
    await stopWorker(third);
    fleet.close();
  });
});
