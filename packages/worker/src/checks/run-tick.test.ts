import { fail } from "@caretaker/health";
import { createFakeCheck, createMemoryCheckStore } from "@caretaker/health/testing";
import type { Queue } from "bullmq";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type CheckJobData, slotOf } from "../queues.js";
import { runTick, type TickOptions } from "./run-tick.js";

const SLOT_MS = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(SLOT_MS);
  return () => vi.useRealTimers();
});

function setUp(names: readonly string[]) {
  const store = createMemoryCheckStore({ nowMs: () => Date.now() });
  const fakes = new Map(names.map((name) => [name, createFakeCheck({ name })]));
  const began: (readonly [name: string, atMs: number])[] = [];
  const checks = new Map(
    [...fakes].map(([name, { definition }]) => {
      const run: typeof definition.run = (context) => {
        began.push([name, Date.now() - SLOT_MS]);
        return definition.run(context);
      };
      return [name, { ...definition, run }];
    }),
  );
  const warnings: unknown[] = [];
  const stop = new AbortController();
  const added: unknown[] = [];
  const ended = vi.fn();
  const options: TickOptions = {
    store,
    transitions: { published: () => undefined },
    monotonicMs: () => performance.now(),
    signal: stop.signal,
    queue: { add: async (_name: string, data: unknown) => void added.push(data) } as unknown as Queue<CheckJobData>,
    host: null,
    log: { info: () => undefined, error: () => undefined, warn: (_message, fields) => void warnings.push(fields) },
    board: { during: async (_job, run) => run(), jobs: () => [] },
    onRun: ended,
  };
  const tick = (afterMs: Record<string, number>, job: { id?: string; attemptsStarted?: number } = {}) =>
    runTick(
      { id: `repeat:every-1000-0:${SLOT_MS}`, attemptsStarted: 1, ...job, data: { checks: afterMs } },
      checks,
      options,
    );
  return { tick, store, fakes, began, warnings, stop, added, ended };
}

describe("a tick of several checks", () => {
  it("begins each at its own place after the tick, and says what became of each", async () => {
    const { tick, began, ended } = setUp(["a", "b", "c"]);
    const result = tick({ a: 100, b: 0, c: 240 });
    await vi.advanceTimersByTimeAsync(99);
    expect(began).toEqual([["b", 0]]);
    await vi.advanceTimersByTimeAsync(200);
    expect(began).toEqual([
      ["b", 0],
      ["a", 100],
      ["c", 240],
    ]);
    expect(await result).toEqual({ a: "published", b: "published", c: "published" });
    expect(ended).toHaveBeenCalledTimes(3);
  });

  it.each([
    [
      "taken late, begins at once what is due and leaves the rest at its place",
      150,
      [
        ["a", 150],
        ["b", 150],
        ["c", 240],
      ],
    ],
    [
      "set by a clock that is ahead, waits no longer than the place is after it",
      -60_000,
      [
        ["b", -60_000],
        ["a", -59_900],
        ["c", -59_760],
      ],
    ],
  ])("%s", async (_what, atMs, expected) => {
    const { tick, began } = setUp(["a", "b", "c"]);
    vi.setSystemTime(SLOT_MS + atMs);
    const result = tick({ a: 100, b: 0, c: 240 });
    await vi.advanceTimersByTimeAsync(300);
    await result;
    expect(began).toEqual(expected);
  });

  it("lets one that hangs hold up no other", async () => {
    const { tick, fakes, store } = setUp(["hung", "well"]);
    fakes.get("hung")?.hang();
    const result = tick({ hung: 0, well: 10 });
    await vi.advanceTimersByTimeAsync(11);
    expect(store.record({ check: "well", host: null })).toMatchObject({ state: "up" });
    expect(store.record({ check: "hung", host: null })).toBeNull();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await result).toEqual({ hung: "published", well: "published" });
    expect(store.record({ check: "hung", host: null })).toMatchObject({ outcome: { code: "timeout" } });
  });

  it("runs the others where the store refuses one, and fails only once all have ended", async () => {
    const { tick, store, began } = setUp(["refused", "well"]);
    const begin = store.begin.bind(store);
    store.begin = (key, leaseMs) =>
      key.check === "refused" ? Promise.reject(new Error("READONLY")) : begin(key, leaseMs);
    const ended = vi.fn();
    const result = tick({ refused: 0, well: 200 }).catch(({ message }) => ended(message));
    await vi.advanceTimersByTimeAsync(199);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10);
    await result;
    expect(ended).toHaveBeenCalledWith("READONLY");
    expect(began).toEqual([["well", 200]]);
  });

  it("tells of a check it does not know and runs those it does", async () => {
    const { tick, warnings } = setUp(["known"]);
    expect(await tick({ known: 0, gone: 0 })).toEqual({ known: "published", gone: "unknown" });
    expect(warnings).toEqual([{ check: "gone", jobId: `repeat:every-1000-0:${SLOT_MS}` }]);
  });

  it("runs nothing that a dead worker has left", async () => {
    const { tick, began } = setUp(["a"]);
    expect(await tick({ a: 0 }, { attemptsStarted: 2 })).toBe("outdated");
    expect(began).toEqual([]);
  });

  it("begins nothing more once the worker stops", async () => {
    const { tick, stop, began } = setUp(["a"]);
    const result = tick({ a: 100 });
    await vi.advanceTimersByTimeAsync(50);
    stop.abort();
    await vi.advanceTimersByTimeAsync(60);
    expect(await result).toEqual({ a: "interrupted" });
    expect(began).toEqual([]);
  });

  it("asks for one check alone where a change of its state is pending", async () => {
    const { tick, fakes, added } = setUp(["a", "b"]);
    await tick({ a: 0, b: 0 });
    fakes.get("a")?.answer(fail("refused"));
    await tick({ a: 0, b: 0 });
    expect(added).toEqual([{ checks: { a: 0 } }]);
  });
});

it.each([
  ["repeat:every-1000-0:1700000000001", 1_700_000_000_001],
  ["first-db", null],
  ["recheck-db-5", null],
  [undefined, null],
])("the job %s was due at %s", (id, slotMs) => {
  expect(slotOf(id)).toBe(slotMs);
});
