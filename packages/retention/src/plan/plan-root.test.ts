import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OwnershipRule } from "../ownership.js";
import { recorderSessions } from "../recorder/recorder-sessions.js";
import { makeSessions, runOn } from "../run/run-support.test.fixture.js";
import { makeRoot, makeSession, makeTarget, NOW_MS } from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { planRoot } from "./plan-root.js";

const DAY_MS = 86_400_000;
const JANUARY_11_MS = Date.UTC(2024, 0, 11, 10, 30);

describe("planRoot", () => {
  it("reads the newest until the keep rules are full and what no rule keeps, and no other marker", async () => {
    const root = makeRoot();
    const ids = makeSessions(root, 10);
    const { rule, inspected } = watched();
    const target = makeTarget(root, { owns: rule, keep: { last: 2, within: "6d" } });
    const { plan } = await planRoot(target, { nowMs: JANUARY_11_MS });
    expect([...plan.decisions].map((decision) => [decision.rule, decision.entry.kind])).toEqual([
      ...Array(4).fill(["beyond_keep", "owned"]),
      ...Array(4).fill(["keep_within", "unread"]),
      ...Array(2).fill(["keep_last", "owned"]),
    ]);
    expect(inspected.sort()).toEqual([...ids.slice(0, 4), ...ids.slice(8)].sort());
  });

  it("reads all of them when it is told to", async () => {
    const root = makeRoot();
    const ids = makeSessions(root, 10);
    const { rule, inspected } = watched();
    const target = makeTarget(root, { owns: rule, keep: { within: "6d" } });
    await planRoot(target, { nowMs: JANUARY_11_MS, full: true });
    expect(inspected.sort()).toEqual(ids.sort());
  });

  it("plans the same on threads of its own as in this one", { timeout: 60_000 }, async () => {
    const root = makeRoot();
    for (let index = 0; index < 350; index++) {
      const name = `s-${index}_20240101_${String(100_000 + Math.floor(index / 40) * 100 + (index % 40))}`;
      makeSession(root, `s-${index}`, 1, { name, files: {}, ...(index % 9 === 0 && { marker: null }) });
    }
    const here = makeTarget(root, { owns: watched().rule });
    const plans = await Promise.all([here, makeTarget(root)].map((target) => planRoot(target, { nowMs: NOW_MS })));
    const [own, threads] = plans.map(({ plan }) => [...plan.decisions]);
    expect(threads).toEqual(own);
    expect(own).toHaveLength(350);
    expect(plans[1]?.plan.id).toBe(plans[0]?.plan.id);
  });

  it("leaves alone what vanished between the listing and the look at it", async () => {
    const root = makeRoot();
    const [first = "", ...others] = makeSessions(root, 4);
    const { parseName, inspect, ...rest } = recorderSessions();
    const rule = {
      ...{ ...rest, parseName },
      inspect: (session: Parameters<OwnershipRule["inspect"]>[0]) => {
        rmSync(join(root, first), { recursive: true, force: true });
        return inspect(session);
      },
    };
    const { plan, scan } = await planRoot(makeTarget(root, { owns: rule }), { nowMs: NOW_MS });
    expect([...plan.decisions].map(({ entry }) => entry.id)).toEqual(others);
    expect(scan.entries).toHaveLength(3);
  });
});

describe("planRoot, told to stop,", () => {
  it.each(["before it lists", "while it reads"])("%s, rejects with the reason and ends its threads", async (when) => {
    const root = makeRoot();
    makeSessions(root, 10);
    const controller = new AbortController();
    const { rule, inspected } = watched();
    const owns: OwnershipRule = {
      ...rule,
      inspect: (session) => {
        controller.abort(new Error("enough"));
        return rule.inspect(session);
      },
    };
    if (when === "before it lists") controller.abort(new Error("enough"));
    const planned = planRoot(makeTarget(root, { owns }), { nowMs: NOW_MS, full: true, signal: controller.signal });
    await expect(planned).rejects.toThrow("enough");
    expect(inspected.length).toBeLessThan(10);
  });
});

describe("a run with a mark of its sessions' bytes", () => {
  it("takes the oldest until they fit, by what it measures itself, and remembers what it measured", async () => {
    const root = makeRoot();
    const ids = makeSessions(root, 6);
    for (const id of ids) writeFileSync(join(root, id, "video.mp4"), Buffer.alloc(1024 * 1024, 1));
    const journal = createMemoryJournal();
    const target = makeTarget(root, { keep: { maxBytes: "3500KiB" } });
    const report = await runOn(root, { journal }, target);
    expect(report).toMatchObject({ deleted: ids.slice(0, 3), outcome: "done" });
    expect([...journal.knownSizes(target)].map(({ id }) => id)).toEqual(ids);
  });

  it("takes nothing because of sizes that somebody else wrote into the journal", async () => {
    const root = makeRoot();
    const ids = makeSessions(root, 12);
    const journal = createMemoryJournal();
    const target = makeTarget(root, { keep: { within: "1d", maxBytes: "1GiB" } });
    const lies = ids.map((id, day) => {
      return { id, stampMs: Date.UTC(2024, 0, day + 1, 10, 30), rule: "keep_within", bytes: 1e12 } as const;
    });
    await journal.recordDecisions({ ...target, runId: "run-0", atMs: NOW_MS }, lies);
    const nowMs = () => Date.UTC(2024, 0, 12, 12);
    const wide = { ...target, policy: { ...target.policy, withinMs: 60 * DAY_MS } };
    const report = await runOn(root, { journal, nowMs }, wide);
    expect(report).toMatchObject({ candidates: 0, deletedCount: 0, shortfalls: [], outcome: "done" });
  });
});

function watched(): { rule: OwnershipRule; inspected: string[] } {
  const inspected: string[] = [];
  const { inspect, ...rest } = recorderSessions();
  const watching: OwnershipRule["inspect"] = (session) => {
    inspected.push(session.name);
    return inspect(session);
  };
  return { rule: { ...rest, inspect: watching }, inspected };
}
