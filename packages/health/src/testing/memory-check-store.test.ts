import { describe, expect, it } from "vitest";
import { checkStoreContract } from "./check-store-contract.js";
import { createMemoryCheckStore } from "./memory-check-store.js";

const START_MS = 1_000_000_000_000;

function makeHarness() {
  let nowMs = START_MS;
  const store = createMemoryCheckStore({ nowMs: () => nowMs });
  return {
    store,
    elapse: async (ms: number) => {
      nowMs += ms;
    },
    loseData: async () => {
      // A real store is never asked twice within one microsecond; a clock that stands still would be.
      nowMs += 1;
      store.loseData();
    },
    transitions: async () => store.transitions(),
  };
}

describe("createMemoryCheckStore", () => {
  it.each(checkStoreContract("memory", makeHarness))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  it.each([
    [99, "busy"],
    [100, "begun"],
  ])("holds a lease of 100 ms for 100 ms: after %d ms the next is %s", async (ms, kind) => {
    const { store, elapse } = makeHarness();
    await store.begin({ check: "db", host: null }, 100);
    await elapse(ms);
    expect((await store.begin({ check: "db", host: null }, 100)).kind).toBe(kind);
  });

  it("shows what it holds", async () => {
    const { store } = makeHarness();
    const key = { check: "db", host: null };
    expect(store.record(key)).toBeNull();
    const answer = await store.begin(key, 100);
    if (answer.kind !== "begun") throw new Error(answer.kind);
    await store.publish({
      key,
      fence: answer.run.fence,
      runId: "run-1",
      progress: { state: "up", pending: null },
      outcome: { status: "pass", code: "ok", durationMs: 1, measures: {} },
      previous: null,
      hungForMs: null,
    });
    expect(store.record(key)).toMatchObject({ check: "db", state: "up", atMs: START_MS, sinceMs: START_MS });
    expect(store.records()).toEqual([store.record(key)]);
  });
});
