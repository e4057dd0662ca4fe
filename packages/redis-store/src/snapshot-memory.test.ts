import type { CheckRecord, UnreadableRecord } from "@caretaker/health";
import { sampleRecord, sampleSpec } from "@caretaker/health/testing";
import { beforeEach, describe, expect, it } from "vitest";
import type { Change } from "./change-codec.js";
import type { StoreContent } from "./read-store.js";
import { createSnapshotMemory, type SnapshotMemory } from "./snapshot-memory.js";

let memory: SnapshotMemory;
let complaints: string[];

beforeEach(() => {
  complaints = [];
  memory = createSnapshotMemory(({ check }) => complaints.push(check));
});

function content(
  sequence: number,
  records: Record<string, CheckRecord | UnreadableRecord> = {},
  changes: Partial<StoreContent> = {},
): StoreContent {
  return {
    sequence,
    isInstalled: true,
    specs: new Map([["db", sampleSpec("db")]]),
    unreadableSpecs: new Set(),
    records: new Map(Object.entries(records)),
    workers: [],
    targets: [],
    ...changes,
  };
}

function message(previous: number, sequence: number, field = "db", state = "up"): Change {
  const outcome = { status: "pass", code: "ok", durationMs: 1, measures: {} };
  const text = JSON.stringify({
    v: 1,
    seq: sequence,
    at: 1,
    since: 1,
    body: { state, pending: null, outcome, runId: "r" },
  });
  return { previous, sequence, record: { field, text } };
}

function sequences() {
  return memory.current().records.map((record) => ("unreadable" in record ? null : record.sequence));
}

describe("the snapshot memory", () => {
  it("begins unloaded", () => {
    expect(memory.current()).toMatchObject({ loaded: false, storeReachable: false, records: [], targets: [] });
  });

  it("takes over a full read", () => {
    memory.replace(content(5, { db: sampleRecord("db", { sequence: 5 }) }));
    expect(memory.sequence()).toBe(5);
    expect(memory.current()).toMatchObject({ loaded: true, storeReachable: true });
    expect(sequences()).toEqual([5]);
    memory.replace(content(9));
    expect(sequences()).toEqual([]);
  });

  it("counts its version up with every change, and only then", () => {
    const versions = [memory.current().version];
    memory.replace(content(5));
    versions.push(memory.current().version);
    memory.apply(message(5, 6));
    versions.push(memory.current().version);
    memory.setReachable(false);
    versions.push(memory.current().version);
    expect(versions).toEqual([0, 1, 2, 3]);
    memory.setReachable(false);
    memory.apply(message(4, 5));
    expect(memory.current().version).toBe(3);
  });

  it("applies a message that follows the last, and asks for a read after any other", () => {
    memory.replace(content(5));
    expect(memory.apply(message(5, 6))).toBe("applied");
    expect(memory.apply(message(6, 7, "disk@host-a"))).toBe("applied");
    expect(memory.apply(message(8, 9))).toBe("gap");
    expect(memory.sequence()).toBe(7);
    expect(sequences()).toEqual([9, 7]);
    expect(memory.apply({ previous: 7, sequence: 8, record: null })).toBe("gap");
  });

  it("lets no older message overwrite a newer record", () => {
    memory.replace(content(9, { db: sampleRecord("db", { sequence: 9 }) }));
    expect(memory.apply(message(3, 4, "db", "down"))).toBe("gap");
    expect(sequences()).toEqual([9]);
  });

  it("keeps what a message brought while the read was under way", () => {
    memory.replace(content(5, { db: sampleRecord("db", { sequence: 5 }) }));
    memory.beginRead();
    memory.apply(message(5, 6));
    memory.replace(content(5, { db: sampleRecord("db", { sequence: 5 }) }));
    expect(sequences()).toEqual([6]);
  });

  it("drops what was there before the read and is not in it", () => {
    memory.replace(content(5));
    memory.apply(message(5, 6, "gone"));
    memory.beginRead();
    memory.replace(content(7));
    expect(sequences()).toEqual([]);
  });

  it("begins again with a store whose sequence went back: its data were lost and its clock is another", () => {
    memory.replace(content(900, { db: sampleRecord("db", { sequence: 900 }) }));
    memory.apply(message(900, 950));
    memory.beginRead();
    memory.replace(content(20, { db: sampleRecord("db", { sequence: 20 }) }));
    expect(sequences()).toEqual([20]);
    expect(memory.apply(message(20, 21))).toBe("applied");
    expect(sequences()).toEqual([21]);
  });

  it("keeps the last known checks while a store that lost its data has no definitions", () => {
    memory.replace(content(5, { db: sampleRecord("db", { sequence: 5 }) }));
    memory.beginRead();
    const lost = content(0, {}, { isInstalled: false, specs: new Map() });
    expect(memory.replace(lost)).toBe("kept");
    expect([...memory.current().specs.keys()]).toEqual(["db"]);
    expect(sequences()).toEqual([5]);
    expect(memory.sequence()).toBe(0);
    memory.beginRead();
    expect(memory.replace(content(7))).toBe("replaced");
    expect(sequences()).toEqual([]);
  });

  it("takes a store that never had definitions as it is", () => {
    expect(memory.replace(content(0, {}, { isInstalled: false, specs: new Map() }))).toBe("replaced");
    expect(memory.current()).toMatchObject({ loaded: true, specs: new Map() });
  });

  it("complains of an unreadable record once, until it is one again", () => {
    const unreadable = { check: "db", host: null, unreadable: true } as const;
    memory.replace(content(5, { db: unreadable }));
    memory.replace(content(6, { db: unreadable }));
    expect(complaints).toEqual(["db"]);
    memory.apply(message(6, 7));
    expect(sequences()).toEqual([7]);
    memory.beginRead();
    memory.replace(content(8, { db: unreadable }));
    expect(complaints).toEqual(["db", "db"]);
  });

  it("takes an unreadable message for news: stale, never the old pass", () => {
    memory.replace(content(5, { db: sampleRecord("db", { sequence: 5 }) }));
    memory.apply({ previous: 5, sequence: 6, record: { field: "db", text: '{"v":2}' } });
    expect(memory.current().records).toEqual([{ check: "db", host: null, unreadable: true }]);
  });

  it("believes no result of a check whose settings cannot be read", () => {
    const unreadable = { check: "db", host: null, unreadable: true } as const;
    memory.replace(content(5, { db: unreadable }, { unreadableSpecs: new Set(["db"]) }));
    expect(memory.apply(message(5, 6))).toBe("applied");
    expect(memory.current().records).toEqual([unreadable]);
  });
});
