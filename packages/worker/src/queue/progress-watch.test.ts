import { expect, it } from "vitest";
import { createProgressWatch } from "./progress-watch.js";

function setUp() {
  let nowMs = 0;
  const watch = createProgressWatch(() => nowMs);
  return { watch, after: (ms: number) => (nowMs += ms) };
}

it("is stuck once something has been overdue for 10 s, and again after as long", () => {
  const { watch, after } = setUp();
  expect(watch.isStuck(true)).toBe(false);
  after(9_999);
  expect(watch.isStuck(true)).toBe(false);
  after(1);
  expect([watch.isStuck(true), watch.times()]).toEqual([true, 1]);
  expect(watch.isStuck(true)).toBe(false);
  after(10_000);
  expect([watch.isStuck(true), watch.times()]).toEqual([true, 2]);
});

it.each([
  ["a job was begun meanwhile", ({ noteJob }: ReturnType<typeof createProgressWatch>) => noteJob()],
  ["nothing was overdue meanwhile", ({ isStuck }: ReturnType<typeof createProgressWatch>) => isStuck(false)],
])("is not stuck where %s", (_why, meanwhile) => {
  const { watch, after } = setUp();
  watch.isStuck(true);
  after(9_000);
  meanwhile(watch);
  after(9_000);
  expect(watch.isStuck(true)).toBe(false);
  expect(watch.times()).toBe(0);
});

it("counts from one again once a job was begun", () => {
  const { watch, after } = setUp();
  watch.isStuck(true);
  after(10_000);
  watch.isStuck(true);
  watch.noteJob();
  watch.isStuck(true);
  after(10_000);
  expect([watch.isStuck(true), watch.times()]).toEqual([true, 1]);
});
