import { describe, expect, it } from "vitest";
import { decodeBeat } from "./beat-codec.js";

const INFO = { id: "host-a-1", host: "host-a", pid: 7, version: "1.2.3", startedAtMs: 1_000, lastRunAtMs: 3_000 };

function stored(changes: Record<string, unknown> = {}, info: Record<string, unknown> = {}): string {
  return JSON.stringify({ v: 1, beat: 2_000, info: { ...INFO, ...info }, ...changes });
}

describe("decodeBeat", () => {
  it("reads a beat, and nothing beside its fields", () => {
    expect(decodeBeat(stored({}, { token: "canary" }))).toEqual({ ...INFO, beatAtMs: 2_000, jobs: [], queues: [] });
    expect(decodeBeat(stored({}, { lastRunAtMs: null }))).toMatchObject({ lastRunAtMs: null });
  });

  it("reads what the worker was doing, without whatever is none of it", () => {
    const jobs = [{ kind: "check", name: "db", startedAtMs: 5 }, { kind: "other", name: "db", startedAtMs: 5 }, null];
    const queue = { name: "checks", waiting: 1, active: 2, delayed: 3, failed: 4, oldestWaitingAtMs: 5 };
    const queues = [queue, { ...queue, oldestWaitingAtMs: "5" }, { ...queue, waiting: null }, 7];
    expect(decodeBeat(stored({}, { jobs, queues }))).toMatchObject({
      jobs: [jobs[0]],
      queues: [queue, { ...queue, oldestWaitingAtMs: null }],
    });
  });

  it("reads as many jobs and queues as a worker may tell, and no more", () => {
    const job = { kind: "check", name: "n".repeat(63), startedAtMs: 1_700_000_000_000 };
    const counts = { waiting: 1_000_000, active: 1_000_000, delayed: 1_000_000, failed: 1_000_000 };
    const queue = { name: `cleanup-${"n".repeat(63)}`, ...counts, oldestWaitingAtMs: 1_700_000_000_000 };
    const beat = decodeBeat(stored({}, { jobs: Array(9).fill(job), queues: Array(101).fill(queue) }));
    expect([beat?.jobs.length, beat?.queues.length]).toEqual([8, 100]);
  });

  it.each([
    ["nothing", ""],
    ["random text", "\u0000{"],
    ["null", "null"],
    ["another version", stored({ v: 2 })],
    ["a text for a time", stored({ beat: "2000" })],
    ["an endless time", stored().replace('"beat":2000', '"beat":1e999')],
    ["no info", stored({ info: undefined })],
    ["null for info", stored({ info: null })],
    ["no id", stored({}, { id: undefined })],
    ["a number for a host", stored({}, { host: 1 })],
    ["an endless start", stored().replace('"startedAtMs":1000', '"startedAtMs":1e999')],
    ["a text for a pid", stored({}, { pid: "7" })],
    ["10 MB", stored({}, { version: "x".repeat(10_000_000) })],
  ])("is null for %s, and never throws", (_name, text) => {
    expect(decodeBeat(text)).toBeNull();
  });

  it("drops a last run that is no time", () => {
    expect(decodeBeat(stored().replace('"lastRunAtMs":3000', '"lastRunAtMs":1e999'))).toMatchObject({
      lastRunAtMs: null,
    });
  });
});
