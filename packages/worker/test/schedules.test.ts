import { randomUUID } from "node:crypto";
import { type CheckDefinition, defineCheck } from "@caretaker/health";
import type { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { groupChecks } from "../src/checks/check-groups.js";
import { createSchedules } from "../src/checks/schedules.js";
import { openQueue } from "../src/queue/queue.js";
import type { CheckJobData } from "../src/queues.js";

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
  agesMs.clear();
  for (const client of clients.splice(0)) client.disconnect();
});

function open(definitions: readonly CheckDefinition[] = checks) {
  const client = new Redis(process.env["CARETAKER_TEST_REDIS_URL"] ?? "");
  clients.push(client);
  const queue = openQueue<CheckJobData>("checks", client, { prefix: `{schedules-${randomUUID().slice(0, 8)}}` });
  return { queue, schedules: schedulesOf(queue, definitions) };
}

/** How old the last results are, in ms, by the checks' names: fresh unless told. */
const agesMs = new Map<string, number>();

function schedulesOf(queue: Queue<CheckJobData>, definitions: readonly CheckDefinition[]) {
  return createSchedules(queue, definitions, async (names) => names.map((name) => agesMs.get(name) ?? 0));
}

async function delaysMs({ queue }: ReturnType<typeof open>): Promise<Record<string, number>> {
  const schedulers = await queue.getJobSchedulers();
  const delays = schedulers.flatMap(({ next = 0, template }) =>
    Object.keys(template?.data?.checks ?? {}).map((name) => [name, next - Date.now()] as const),
  );
  return Object.fromEntries(delays);
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

  it("are caught up with by one run at once of each check whose result is overdue and whose next tick is not near", async () => {
    const opened = open();
    await opened.schedules.install(Date.now());
    await opened.queue.remove("first-seldom");
    const waiting = async () =>
      (await opened.queue.getDelayed()).map(({ id }) => id).filter((id) => id?.startsWith("first"));
    agesMs.set("often", Number.POSITIVE_INFINITY).set("seldom", HOUR_MS + 500);
    expect(await opened.schedules.catchUp(Date.now())).toEqual([]);
    expect(await waiting()).toEqual([]);
    agesMs.set("seldom", HOUR_MS + 501);
    const { seldom = 0 } = await delaysMs(opened);
    expect(await opened.schedules.catchUp(Date.now() + seldom - 2_000)).toEqual([]);
    expect(await opened.schedules.catchUp(Date.now() + seldom - 2_100)).toEqual(["seldom"]);
    expect(await opened.schedules.catchUp(Date.now())).toEqual(["seldom"]);
    expect(await waiting()).toEqual(["first-seldom"]);
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

  it("of checks whose places are close are one, and one that joins it runs soon without another phase for the rest", async () => {
    const [one, other] = neighbours("1h");
    const opened = open([one]);
    await opened.schedules.install(Date.now());
    const before = await delaysMs(opened);
    const [atFirst] = await opened.queue.getJobSchedulers();
    await schedulesOf(opened.queue, [one, other]).install(Date.now());
    const schedulers = await opened.queue.getJobSchedulers();
    expect(schedulers.map(({ key, next }) => [key, next])).toEqual([[atFirst?.key, atFirst?.next]]);
    expect(Object.keys(await delaysMs(opened)).sort()).toEqual([one.name, other.name].sort());
    // The job that waits already is of both: no interval passes without the one that joined.
    const waiting = await opened.queue.getJob(`repeat:${atFirst?.key}:${atFirst?.next}`);
    expect(Object.keys(waiting?.data.checks ?? {}).sort()).toEqual([one.name, other.name].sort());
    expect(await opened.queue.getJob(`first-${other.name}`)).toBeDefined();
    expect(before[one.name]).toBeDefined();
  });

  it("are gone with their checks, and a check that leaves its group leaves the rest in it", async () => {
    const [one, other] = neighbours("1h");
    const opened = open([...checks, one, other]);
    await opened.schedules.install(Date.now());
    await schedulesOf(opened.queue, [other]).install(Date.now());
    expect(Object.keys(await delaysMs(opened))).toEqual([other.name]);
    expect(await opened.queue.getDelayedCount()).toBe((await opened.queue.getJobSchedulers()).length + FIRST_RUNS);
  });

  it("run a check that is new once at once, and none again that goes on", async () => {
    const [one, other] = neighbours("1h");
    const opened = open([one]);
    await opened.schedules.install(Date.now());
    await opened.queue.remove(`first-${one.name}`);
    await schedulesOf(opened.queue, [one, other]).install(Date.now());
    expect(await opened.queue.getJob(`first-${one.name}`)).toBeUndefined();
    expect((await opened.queue.getJob(`first-${other.name}`))?.data).toEqual({ checks: { [other.name]: 0 } });
  });
});

/** The three of one hour that were installed: each waits for its first run. */
const FIRST_RUNS = 3;

/** Two checks that share a group. */
function neighbours(every: "1h"): [CheckDefinition, CheckDefinition] {
  const many = Array.from({ length: 600 }, (_, index) =>
    defineCheck({ name: `check-${index}`, every, run: () => undefined }),
  );
  const shared = groupChecks(many).find(({ afterMs }) => Object.keys(afterMs).length === 2);
  const [one, other] = many.filter(({ name }) => Object.hasOwn(shared?.afterMs ?? {}, name));
  if (one === undefined || other === undefined) throw new Error("no two of them are close");
  return [one, other];
}
