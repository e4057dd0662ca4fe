import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import type { SnapshotReader } from "../src/index.js";
import { DB, type Fleet, openFleet, sharedUrl } from "./fleet.ts";

const DISK = { check: "disk", host: "host-a" };

let fleet: Fleet;
let reader: SnapshotReader;

beforeEach(async () => {
  fleet = openFleet(sharedUrl);
  reader = fleet.read();
  await waitFor(() => reader.current().loaded, { what: "the first read" });
});

afterEach(() => fleet.close());

describe("past transitions", () => {
  it("are read newest first, of one check or of all, with what led to them", async () => {
    for (const state of ["up", "down", "down"] as const) await fleet.publish(state);
    await fleet.publish("up", DISK);
    const all = await reader.readTransitions({ count: 10 });
    expect(all.map(({ check, host, from, to }) => [check, host, from, to])).toEqual([
      ["disk", "host-a", "unknown", "up"],
      ["db", null, "up", "down"],
      ["db", null, "unknown", "up"],
    ]);
    const [down, up] = await reader.readTransitions({ check: "db", count: 10 });
    expect(down).toMatchObject({
      code: "refused",
      cause: { status: "fail", durationMs: 3, counter: { outcome: "fail", count: 1, of: 1 } },
    });
    expect(down?.cause?.before).toEqual([
      { status: "pass", code: "ok", durationMs: 3, runId: up?.runId, atMs: up?.atMs },
    ]);
    expect(await reader.findTransition(down?.id ?? "")).toEqual(down);
    expect(await reader.readTransitions({ check: "db", count: 1 })).toEqual([down]);
  });

  it("are found behind pages of another check's, up to 2,000 entries back", async () => {
    const entry = ["field", "noise", "from", "up", "to", "down", "code", "dns", "runId", "noise.1", "at", "1"];
    const fill = async (count: number) => {
      const pipeline = fleet.client.pipeline();
      for (let index = 0; index < count; index += 1) pipeline.xadd(fleet.keys.transitions, "*", ...entry);
      await pipeline.exec();
    };
    await fleet.publish("up");
    await fill(1_999);
    expect(await reader.readTransitions({ check: "db", count: 5 })).toHaveLength(1);
    await fill(1);
    expect(await reader.readTransitions({ check: "db", count: 5 })).toEqual([]);
    expect(await reader.readTransitions({ count: 100_000 })).toHaveLength(200);
  });

  it("are told of an older version's entries without their cause, and not at all of junk", async () => {
    const old = ["field", "db", "from", "up", "to", "down", "code", "dns", "runId", "db.1", "at", "5"];
    await fleet.client.xadd(fleet.keys.transitions, "*", ...old);
    await fleet.client.xadd(fleet.keys.transitions, "*", "field", "db", "__proto__", "x");
    await fleet.client.xadd(fleet.keys.transitions, "*", "something", "else");
    expect(await reader.readTransitions({ count: 5 })).toMatchObject([{ ...DB, code: "dns", atMs: 5, cause: null }]);
  });

  it.each(["0-1", "99999999999999999999-0", "x", "-", "+", "0", ""])("have none with the id %j", async (id) => {
    await fleet.publish("up");
    expect(await reader.findTransition(id)).toBe(null);
  });
});
