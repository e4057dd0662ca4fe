import { fail, pass } from "@caretaker/health";
import { createFakeCheck, createMemoryCheckStore } from "@caretaker/health/testing";
import { describe, expect, it, vi } from "vitest";
import { runCheckJob } from "./run-check-job.js";
import type { PublishedOutcome } from "./transition-log.js";

const KEY = { check: "fake", host: null };

function setUp(options: Parameters<typeof createFakeCheck>[0] = {}) {
  let nowMs = 1_000_000;
  const store = createMemoryCheckStore({ nowMs: () => nowMs });
  const check = createFakeCheck(options);
  const published: PublishedOutcome[] = [];
  const rechecks: number[] = [];
  const stop = new AbortController();
  const deps = {
    store,
    transitions: { published: (outcome: PublishedOutcome) => void published.push(outcome) },
    monotonicMs: () => performance.now(),
    recheck: async (_check: unknown, beganAtMs: number) => void rechecks.push(beganAtMs),
    signal: stop.signal,
  };
  return {
    store,
    check,
    published,
    rechecks,
    stop,
    tick: () => runCheckJob(check.definition, KEY, deps),
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("a tick", () => {
  it("publishes its outcome, and the state it leads to", async () => {
    const { tick, store, published } = setUp();
    expect(await tick()).toBe("published");
    expect(store.record(KEY)).toMatchObject({ state: "up", pending: null, outcome: { status: "pass", code: "ok" } });
    expect(published).toMatchObject([{ key: KEY, from: "unknown", to: "up" }]);
    expect(published[0]?.runId).toBe(store.record(KEY)?.runId);
  });

  it("counts failures over ticks, and hands the raw error to the log only", async () => {
    const { tick, store, check, published, rechecks } = setUp();
    await tick();
    expect(rechecks).toEqual([]);
    const error = new Error("the password is hunter2");
    check.answer(fail("refused", { error }));
    await tick();
    expect(store.record(KEY)).toMatchObject({ state: "up", pending: { outcome: "fail", count: 1, of: 2 } });
    expect(rechecks).toEqual([expect.closeTo(1_000_000, 0)]);
    await tick();
    expect(store.record(KEY)).toMatchObject({ state: "down", pending: null });
    expect(rechecks).toHaveLength(1);
    expect(published.at(-1)).toMatchObject({ from: "up", to: "down", error });
    expect(JSON.stringify(store.records())).not.toContain("hunter2");
  });

  it("does not run while another run of its check holds the lease", async () => {
    const { tick, check } = setUp({ timeout: "900ms" });
    check.hang();
    const first = tick();
    expect(await tick()).toBe("busy");
    check.letGo();
    expect(await first).toBe("published");
    expect(check.mostAtOnce()).toBe(1);
  });

  it("that hangs publishes a timeout; further ticks say so again and never run it a second time; its end frees it", async () => {
    const { tick, check, store } = setUp({ timeout: "20ms" });
    check.hang();
    expect(await tick()).toBe("published");
    expect(store.record(KEY)).toMatchObject({ state: "down", outcome: { code: "timeout" } });
    expect(await tick()).toBe("published");
    expect(check.runs()).toBe(1);
    check.letGo();
    check.answer(pass());
    await vi.waitFor(async () => expect([await tick(), check.runs()]).toEqual(["published", 2]));
    expect(store.record(KEY)?.outcome.code).toBe("ok");
  });

  it("that is interrupted by the worker's end publishes nothing and gives the lease back", async () => {
    const { tick, check, store, stop } = setUp({ timeout: "900ms" });
    check.hang();
    const run = tick();
    await vi.waitFor(() => expect(check.runs()).toBe(1));
    stop.abort();
    expect(await run).toBe("interrupted");
    expect(store.record(KEY)).toBeNull();
    expect((await store.begin(KEY, 1_000)).kind).toBe("begun");
    check.letGo();
  });

  it("whose result comes after a newer run has begun is superseded, and changes nothing", async () => {
    const { tick, check, store, wait, published } = setUp({ timeout: "900ms" });
    check.hang();
    const late = tick();
    await vi.waitFor(() => expect(check.runs()).toBe(1));
    wait(60_000);
    check.answer(pass());
    expect(await tick()).toBe("published");
    const record = store.record(KEY);
    check.letGo();
    expect(await late).toBe("superseded");
    expect(store.record(KEY)).toEqual(record);
    expect(published).toHaveLength(1);
  });
});
