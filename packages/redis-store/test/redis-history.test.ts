import {
  decodeStrip,
  defineCheck,
  encodeStrip,
  mergeStrips,
  type Strip,
  type StripEntry,
  toSpec,
} from "@caretaker/health";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { createRedisHistory, type RedisHistory } from "../src/index.js";
import { DB, type Fleet, openFleet, sharedUrl } from "./fleet.ts";

const SPEC = toSpec(defineCheck({ name: "db", run: () => undefined }));
const entry = (strip: Strip, series = "db"): StripEntry => ({ series, range: "1h", strip });
const strips: fc.Arbitrary<Strip> = fc.record({
  end: fc.integer({ min: 1_000, max: 1_100 }),
  bits: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 60 }),
});

let fleet: Fleet;
let history: RedisHistory;

beforeEach(async () => {
  fleet = openFleet(sharedUrl);
  history = createRedisHistory(fleet.client, fleet.keys);
  await waitFor(() => history.isReady());
});

afterEach(() => fleet.close());

it("merges strips by the same rule as the health core", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uuid(), fc.array(strips, { minLength: 1, maxLength: 3 }), async (series, list) => {
      for (const strip of list) await history.merge([entry(strip, series)], []);
      const text = await fleet.client.hget(fleet.keys.strips, `1h|${series}`);
      const merged = list.reduce((held, strip) => mergeStrips(held, strip));
      // As text: how many empty buckets lead the list says nothing.
      expect(text && decodeStrip(text)).toEqual(decodeStrip(encodeStrip(merged)));
    }),
    { numRuns: 50 },
  );
});

it("removes strips that are over, and takes the place of what is none", async () => {
  await history.merge([entry({ end: 5, bits: [1] }, "a"), entry({ end: 5, bits: [1] }, "b")], []);
  await fleet.client.hset(fleet.keys.strips, "1h|b", "junk", "2h|a", "5:1", "1h", "5:1");
  await history.merge([entry({ end: 6, bits: [4] }, "b")], [entry({ end: 5, bits: [1] }, "a")]);
  expect((await history.read("0-0")).strips).toEqual([entry({ end: 6, bits: [4] }, "b")]);
});

it("reads what is, and the changes after the one that was read last", async () => {
  await fleet.beat([SPEC]);
  await fleet.publish("up");
  const first = await history.read("0-0");
  expect([first.records, first.transitions].map((list) => list.length)).toEqual([1, 1]);
  expect(first.specs.get("db")).toEqual(SPEC);
  expect(first.lastId).toBe(first.firstId);
  await fleet.publish("down");
  const second = await history.read(first.lastId);
  expect(second.transitions).toMatchObject([{ ...DB, from: "up", to: "down" }]);
  expect((await history.read(second.lastId)).transitions).toEqual([]);
});

it("puts changes back before those of a store that has lost its data, once, and just as they were", async () => {
  await fleet.publish("up");
  await fleet.publish("down");
  const before = await history.read("0-0");
  await fleet.client.del(fleet.keys.transitions, fleet.keys.states);
  expect(await history.restore(before.transitions, null)).toBe(2);
  expect((await history.read("0-0")).transitions).toEqual(before.transitions);
  await fleet.client.del(fleet.keys.transitions);
  await fleet.publish("up");
  const { firstId } = await history.read("0-0");
  // Both workers saw the loss; the second finds that there is nothing left to do.
  expect(await Promise.all([1, 2].map(() => history.restore(before.transitions, firstId)))).toEqual([2, 0]);
  const after = await history.read("0-0");
  expect(after.transitions.slice(0, 2)).toEqual(before.transitions);
  expect(after.transitions).toHaveLength(3);
  expect(await history.restore(before.transitions, after.firstId)).toBe(0);
  await fleet.publish("degraded");
  expect((await history.read(after.lastId)).transitions).toMatchObject([{ to: "degraded" }]);
});
