import { expect, it } from "vitest";
import { groupChecks, LEAD_MS, WINDOW_MS } from "./check-groups.js";
import { staggerOffsetMs } from "./stagger.js";

const many = (count: number, everyMs: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `check-${index}`, everyMs }));

it("has each check once, at its own place in the interval, soon after its tick and not at once", () => {
  const often = many(60, 1_000);
  const seldom = many(60, 30_000).map((check) => ({ ...check, name: `slow-${check.name}` }));
  const places = groupChecks([...often, ...seldom]).flatMap(({ everyMs, offsetMs, afterMs }) =>
    Object.entries(afterMs).map(([name, after]) => [name, everyMs, (offsetMs + after) % everyMs]),
  );
  const expected = [...often, ...seldom].map(({ name, everyMs }) => [name, everyMs, staggerOffsetMs(name, everyMs)]);
  expect(places.sort()).toEqual(expected.sort());
  const waits = groupChecks([...often, ...seldom]).flatMap(({ afterMs }) => Object.values(afterMs));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(LEAD_MS);
  expect(Math.max(...waits)).toBeLessThan(LEAD_MS + WINDOW_MS);
});

it("ticks four times a second for any number of checks each second, and for few once each", () => {
  expect(groupChecks(many(200, 1_000))).toHaveLength(4);
  expect(groupChecks(many(10, 30_000))).toHaveLength(10);
});

it("keeps a group's id and tick when other checks come and go, and mixes no intervals", () => {
  const before = new Map(groupChecks(many(5, 1_000)).map(({ id, offsetMs }) => [id, offsetMs]));
  const after = groupChecks([...many(200, 1_000), ...many(200, 2_000)]);
  for (const [id, offsetMs] of before) expect(after.find((group) => group.id === id)?.offsetMs).toBe(offsetMs);
  expect(new Set(after.map(({ id }) => id)).size).toBe(after.length);
});

it("never has the offset 0, which would let a schedule begin anywhere", () => {
  const offsets = groupChecks(many(200, 1_000)).map(({ offsetMs }) => offsetMs);
  expect(offsets.sort((a, b) => a - b)).toEqual([125, 375, 625, 875]);
});
