import { randomUUID } from "node:crypto";
import { defineCheck } from "@caretaker/health";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openQueue } from "../src/queue.js";
import type { CheckJobData } from "../src/queues.js";
import { createSchedules } from "../src/schedules.js";

const HOUR_MS = 3_600_000;
const checks = [
  defineCheck({ name: "often", every: "1s", run: () => undefined }),
  defineCheck({ name: "seldom", every: "1h", run: () => undefined }),
];
const clients: Redis[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.disconnect();
});

function open() {
  const client = new Redis(process.env["CARETAKER_TEST_REDIS_URL"] ?? "");
  clients.push(client);
  const queue = openQueue<CheckJobData>("checks", client, { prefix: `{schedules-${randomUUID().slice(0, 8)}}` });
  return { queue, schedules: createSchedules(queue, checks) };
}

async function delaysMs({ queue }: ReturnType<typeof open>): Promise<Record<string, number>> {
  const schedulers = await queue.getJobSchedulers();
  return Object.fromEntries(schedulers.map(({ key, next }) => [key, (next ?? 0) - Date.now()]));
}

describe("schedules", () => {
  it.each(["install", "repair"] as const)("that a clock an hour ahead had set are set anew by %s", async (how) => {
    const opened = open();
    const nowMs = Date.now();
    vi.setSystemTime(nowMs + 2 * HOUR_MS);
    await opened.schedules.install(Date.now());
    vi.setSystemTime(nowMs);
    expect((await delaysMs(opened))["often"]).toBeGreaterThan(HOUR_MS);
    await opened.schedules[how](nowMs);
    const { often, seldom } = await delaysMs(opened);
    expect(often).toBeLessThanOrEqual(1_000);
    expect(seldom).toBeLessThanOrEqual(HOUR_MS);
    const first = await opened.queue.getJob("first-seldom");
    expect((first?.timestamp ?? Number.POSITIVE_INFINITY) + (first?.delay ?? 0)).toBeLessThan(nowMs + 1_000);
  });

  it("that are overdue are put back at once after a gap, and after a while otherwise", async () => {
    const opened = open();
    await opened.schedules.install(Date.now());
    const { often = 0 } = await delaysMs(opened);
    const dueMs = Date.now() + often;
    expect(await opened.schedules.repair(dueMs + 500, { isAfterGap: true })).toEqual([]);
    expect(await opened.schedules.repair(dueMs + 1_000)).toEqual([]);
    expect(await opened.schedules.repair(dueMs + 501, { isAfterGap: true })).toEqual(["often"]);
  });

  it("are left alone by repair as long as they go on, whatever their interval", async () => {
    const opened = open();
    await opened.schedules.install(Date.now());
    const before = await delaysMs(opened);
    expect(await opened.schedules.repair(Date.now())).toEqual([]);
    // Two clocks that both agree with the store's to a second.
    expect(await opened.schedules.repair(Date.now() - 2_000)).toEqual([]);
    expect(Object.keys(before).sort()).toEqual(["often", "seldom"]);
  });
});
