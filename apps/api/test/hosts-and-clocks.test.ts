import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../scripts/testing/fake-clock.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type DirectedCheck, openDirectedFleet } from "../../worker/test/directed-fleet.ts";
import { scratchDirectory, stopWorker } from "../../worker/test/worker-process.ts";
import { stopApi } from "./api-process.ts";
import { type askReady, type ShownCheck, startApi, untilReady } from "./probing.ts";

const root = scratchDirectory();
const redisUrl = () => process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const fleetOf = (checks: readonly DirectedCheck[]) => openDirectedFleet(root, redisUrl(), checks);

const everySecond = {
  every: "1s",
  timeout: "400ms",
  critical: true,
  failureThreshold: 1,
  successThreshold: 1,
} as const;
const LOCAL: DirectedCheck = { ...everySecond, name: "local", scope: "host" };
const SHARED: DirectedCheck = { ...everySecond, name: "shared" };

describe.concurrent("a host's result", () => {
  it("counts for that host's API alone, is shown by the others, and is withdrawn when its worker stops", {
    timeout: 120_000,
  }, async () => {
    const fleet = fleetOf([LOCAL]);
    const [workerA, workerB] = [fleet.start("a"), fleet.start("b")];
    const apis = ["a", "b", "c"].map((host) => startApi(fleet, redisUrl(), { HOST_ID: host }));
    const [a, b, c] = apis;
    if (a === undefined || b === undefined || c === undefined) throw new Error("three APIs");
    const hostsOf = (answer: Awaited<ReturnType<typeof askReady>>) =>
      Object.fromEntries(answer.of("local").map(({ caretaker }) => [caretaker.host, caretaker]));
    for (const api of apis) {
      await untilReady(api, (answer) => answer.verdict === "pass" && answer.of("local").length === 2, {
        what: "both machines' results",
        timeoutMs: 40_000,
      });
    }

    fleet.direct("local@a", "fail");
    const down = await untilReady(a, ({ statusCode }) => statusCode === 503, { what: "API a to leave" });
    expect(hostsOf(down)).toMatchObject({
      a: { state: "down", code: "refused", counted: true },
      b: { state: "up", counted: false },
    });
    for (const [api, own] of [
      [b, { a: { state: "down", counted: false }, b: { state: "up", counted: true } }],
      [c, { a: { state: "down", counted: false }, b: { state: "up", counted: false } }],
    ] as const) {
      const answer = await untilReady(api, (shown) => hostsOf(shown)["a"]?.state === "down", {
        what: "a's failure shown",
      });
      expect([answer.statusCode, answer.verdict]).toEqual([200, "pass"]);
      expect(hostsOf(answer)).toMatchObject(own);
    }

    await stopWorker(workerA);
    // Withdrawn: shown, not counted; a machine without a worker is owed no host result, so nothing is left against it.
    const withdrawn = await untilReady(a, ({ statusCode }) => statusCode === 200, {
      what: "API a to come back",
      timeoutMs: 3_000,
    });
    expect(withdrawn.verdict).toBe("pass");
    expect(hostsOf(withdrawn)).toMatchObject({ a: { state: "down", counted: false }, b: { counted: false } });

    await stopWorker(workerB);
    await Promise.all(apis.map(stopApi));
    fleet.close();
  });
});

function counted(answer: Awaited<ReturnType<typeof askReady>>): ShownCheck[] {
  return [...answer.of("local"), ...answer.of("shared")].filter(({ caretaker }) => caretaker.counted);
}

describe.concurrent.each(["+1h", "-1h"])("a host clock that is off by %s", (offset) => {
  it("changes no verdict, age or freshness, and its worker goes on alone; beside one whose clock is right it takes no fleet ticks", {
    timeout: 150_000,
  }, async (context) => {
    const clock = fakeClock(offset);
    if (clock === null) return context.skip("faketime is not installed");
    const fleet = fleetOf([LOCAL, SHARED]);
    const skewed = fleet.start("a", clock);
    const apis = [
      startApi(fleet, redisUrl(), { HOST_ID: "a", ...clock }),
      startApi(fleet, redisUrl(), { HOST_ID: "a" }),
    ];
    const expectSame = async () => {
      for (const api of apis) {
        const answer = await untilReady(api, ({ verdict }) => verdict === "pass", { what: "a pass" });
        for (const { caretaker, time } of counted(answer)) {
          expect(caretaker).toMatchObject({ freshness: "fresh", state: "up" });
          expect(caretaker.ageMs).toBeGreaterThanOrEqual(0);
          expect(caretaker.ageMs).toBeLessThan(6_000);
          // By the store's clock, which is this test's own.
          expect(Math.abs(Date.parse(time ?? "") - Date.now())).toBeLessThan(60_000);
        }
      }
    };
    await untilReady(apis[0] ?? skewed, ({ verdict }) => verdict === "pass", {
      what: "the skewed worker's results",
      timeoutMs: 20_000,
    });
    const first = await waitFor(() => fleet.notes("shared")[0], { what: "a run alone" });
    expect(Math.abs(first.atMs - Date.now())).toBeGreaterThan(3_000_000);
    await waitFor(() => fleet.notes("shared").length >= 4, { what: "more runs alone", timeoutMs: 20_000 });
    await expectSame();

    const right = fleet.start("b");
    await waitFor(() => fleet.notes("shared").filter(({ pid }) => pid === right.child.pid).length >= 2, {
      what: "the fleet's ticks at the worker whose clock is right",
      timeoutMs: 20_000,
    });
    // Its word that it is in sync reaches the other at the other's next beat.
    await delay(3_500);
    const since = fleet.notes("shared").length;
    const sinceLocal = fleet.notes("local").filter(({ pid }) => pid === skewed.child.pid).length;
    await waitFor(() => fleet.notes("shared").length >= since + 4, { what: "four more ticks", timeoutMs: 20_000 });
    expect(
      fleet
        .notes("shared")
        .slice(since)
        .filter(({ pid }) => pid === skewed.child.pid),
    ).toEqual([]);
    expect(fleet.notes("local").filter(({ pid }) => pid === skewed.child.pid).length).toBeGreaterThan(sinceLocal);
    await expectSame();

    await stopWorker(right);
    const alone = fleet.notes("shared").length;
    await waitFor(() => fleet.notes("shared").length >= alone + 3, {
      what: "the ticks to go on alone",
      timeoutMs: 20_000,
    });
    await expectSame();
    await stopWorker(skewed);
    await Promise.all(apis.map(stopApi));
    fleet.close();
  });
});
