import type { StripEntry } from "@caretaker/health";
import { expect, it } from "vitest";
import { createPastSource } from "./create-past-source.js";

function setUp() {
  const state = { readings: 0, isAway: false, nowMs: 0 };
  const read = async () => {
    state.readings += 1;
    if (state.isAway) throw new Error("away");
    return [];
  };
  const reader = { readStrips: async (): Promise<StripEntry[]> => [], readTransitions: read, nowMs: () => state.nowMs };
  return { state, past: createPastSource(reader, () => state.nowMs) };
}

it("reads once for whoever asks within five seconds, and anew a moment later", async () => {
  const { state, past } = setUp();
  await Promise.all(Array.from({ length: 100 }, () => past.read(null)));
  state.nowMs = 4_999;
  expect((await past.read(null)).readAtMs).toBe(0);
  expect(state.readings).toBe(1);
  state.nowMs = 5_000;
  expect((await past.read(null)).readAtMs).toBe(5_000);
  await past.read("db");
  expect(state.readings).toBe(3);
});

it("tells what it read last while the store is away, asks it no more often, and nothing where it never read", async () => {
  const { state, past } = setUp();
  const first = await past.read(null);
  state.isAway = true;
  state.nowMs = 6_000;
  expect(await Promise.all([past.read(null), past.read(null)])).toEqual([first, first]);
  expect(state.readings).toBe(2);
  await expect(past.read("db")).rejects.toThrow("away");
  state.isAway = false;
  state.nowMs = 12_000;
  expect((await past.read(null)).readAtMs).toBe(12_000);
});
