import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { eventLoop } from "../src/event-loop.js";
import { type MemoryOptions, memory } from "../src/memory.js";
import { runAlone } from "./run-alone.ts";

const signal = new AbortController().signal;

function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

describe("eventLoop", () => {
  it("passes while turns come in time, with its measures", async () => {
    const check = eventLoop({ warnAbove: "5s", failAbove: "10s" });
    expect(await check.run({ signal })).toEqual({
      status: "pass",
      code: "ok",
      measures: {
        p50Ms: { value: expect.any(Number), unit: "ms" },
        p99Ms: { value: expect.any(Number), unit: "ms" },
        maxMs: { value: expect.any(Number), unit: "ms" },
      },
    });
  });

  it.each([
    ["warn", { warnAbove: "50ms", failAbove: "1h" }],
    ["fail", { warnAbove: "1ms", failAbove: "50ms" }],
  ] as const)("is a %s when the loop was blocked since the last run, and forgets it", async (status, marks) => {
    const check = eventLoop(marks);
    await check.run({ signal });
    let blocked = 0;
    let seen: Awaited<ReturnType<typeof check.run>>;
    await waitFor(
      async () => {
        // The first turn after a reading sets the mark from which lateness is measured.
        for (; blocked % 5 !== 4; blocked += 1) {
          await turn();
          block(120);
        }
        blocked += 1;
        seen = await check.run({ signal });
        return (seen?.measures?.["maxMs"]?.value ?? 0) > 50;
      },
      { what: "the delay to be seen" },
    );
    expect(seen).toMatchObject({ status, code: "threshold" });
    expect(seen?.measures?.["maxMs"]?.value).toBeLessThan(2_000);
    const maxMs = async () => (await check.run({ signal }))?.measures?.["maxMs"]?.value ?? Number.NaN;
    await waitFor(async () => (await maxMs()) < 100, { what: "the delay to be forgotten" });
  });

  it("takes a turn that comes when it should for no delay", async () => {
    const check = eventLoop({ warnAbove: "5s", failAbove: "10s" });
    const p50Ms = async () => (await check.run({ signal }))?.measures?.["p50Ms"]?.value ?? Number.NaN;
    await waitFor(async () => (await p50Ms()) < 9, { what: "a turn in time" });
  });

  it("ends at once when it is aborted, with the reason for it", async () => {
    const startedMs = performance.now();
    const result = await eventLoop().run({ signal: AbortSignal.timeout(20) });
    expect(result).toMatchObject({ status: "fail", code: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(190);
  });

  it("does not keep a process alive that has nothing left to do", async () => {
    expect(await runAlone("event-loop", { warnAbove: "20s", failAbove: "30s" })).toMatchObject({ code: "ok" });
  });
});

describe("memory", () => {
  it.each<[string, string, MemoryOptions]>([
    [
      "passes below all marks",
      "pass",
      { warnRssAbove: "100%", failRssAbove: "100%", warnHeapAbove: "100%", failHeapAbove: "100%" },
    ],
    ["warns when the resident set is past the first", "warn", { warnRssAbove: "1MiB", failRssAbove: "100%" }],
    ["fails when it is past the second", "fail", { warnRssAbove: "1MiB", failRssAbove: "2MiB" }],
    ["warns when the heap is past the first", "warn", { warnHeapAbove: "0.01%", failHeapAbove: "100%" }],
    ["fails when it is past the second", "fail", { warnHeapAbove: "0%", failHeapAbove: "0.01%" }],
  ])("%s", async (_title, status, options) => {
    const result = await memory(options).run({ signal });
    expect(result).toMatchObject({ status, code: status === "pass" ? "ok" : "threshold" });
    const { rssBytes, rssPercent, heapUsedBytes, heapPercent } = result?.measures ?? {};
    expect([rssBytes?.unit, rssPercent?.unit, heapUsedBytes?.unit, heapPercent?.unit]).toEqual([
      "bytes",
      "%",
      "bytes",
      "%",
    ]);
    expect(rssBytes?.value).toBeGreaterThan(heapUsedBytes?.value ?? Number.POSITIVE_INFINITY);
    expect(rssPercent?.value).toBeGreaterThan(0);
    expect(rssPercent?.value).toBeLessThanOrEqual(100);
    expect(heapPercent?.value).toBeGreaterThan(0);
  });
});
