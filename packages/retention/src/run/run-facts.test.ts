import { describe, expect, it } from "vitest";
import { makeRoot, makeTarget, NOW_MS, namesIn, trashOf } from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { makeSessions, runOn } from "./run-support.test.fixture.js";

const HOUR_MS = 3_600_000;
const ABOUT = { atMs: NOW_MS, runId: "before", target: "recordings" };

describe("what earlier runs leave for a run to know", () => {
  it("keeps a session that was restored for as long as it is pinned, to the millisecond", async () => {
    const root = makeRoot();
    const [oldest = ""] = makeSessions(root, 3);
    const journal = createMemoryJournal();
    await journal.append({ type: "pinned", ...ABOUT, root, id: oldest, untilMs: NOW_MS + 5, reason: "restored" });
    const early = await runOn(root, { journal, dryRun: true, nowMs: () => NOW_MS + 4 });
    expect(early).toMatchObject({ candidates: 1, keptCount: 2 });
    expect(journal.decisionsOf("run-1")).toContainEqual(expect.objectContaining({ id: oldest, rule: "restored" }));
    expect(await runOn(root, { journal, dryRun: true, nowMs: () => NOW_MS + 5 })).toMatchObject({ candidates: 2 });
  });

  it("leaves a session alone whose taking failed, for an hour and then for two", async () => {
    const root = makeRoot();
    const [oldest = ""] = makeSessions(root, 3);
    const journal = createMemoryJournal();
    const outcome = {
      type: "outcome",
      ...ABOUT,
      root,
      id: oldest,
      claimId: "c",
      result: "kept",
      bytesFreed: 0,
    } as const;
    const candidatesAt = async (nowMs: number) => {
      const { candidates, backingOffCount } = await runOn(root, { journal, dryRun: true, nowMs: () => nowMs });
      return [candidates, backingOffCount];
    };
    await journal.append({ ...outcome, code: "busy" });
    expect(await candidatesAt(NOW_MS + HOUR_MS - 1)).toEqual([1, 1]);
    expect(await candidatesAt(NOW_MS + HOUR_MS)).toEqual([2, 0]);
    await journal.append({ ...outcome, code: "busy" });
    expect(await candidatesAt(NOW_MS + HOUR_MS)).toEqual([1, 1]);
    expect(await candidatesAt(NOW_MS + 2 * HOUR_MS)).toEqual([2, 0]);
    await journal.append({ ...outcome, code: "changed" });
    expect(await candidatesAt(NOW_MS + 2 * HOUR_MS)).toEqual([2, 0]);
  });
});

describe("a target whose sessions wait in the trash", () => {
  const keepTrashMs = 24 * HOUR_MS;

  it("has them there until their time is over, and no clock that jumped shortens it", async () => {
    const root = makeRoot();
    const ids = makeSessions(root, 3);
    const journal = createMemoryJournal();
    const first = await runOn(root, { journal }, { keepTrashMs });
    expect(first).toMatchObject({ outcome: "done", deletedCount: 0, trashedCount: 2, inTrash: { count: 2 } });
    expect(first.inTrash.bytes).toBeGreaterThan(0);
    expect(namesIn(root)).toEqual(ids.slice(2));
    const waiting = trashOf(root);
    const later = { journal, nowMs: () => NOW_MS + keepTrashMs };
    const jumped = await runOn(root, { ...later, clockOffsetMs: keepTrashMs, runId: "run-2" }, { keepTrashMs });
    expect(jumped).toMatchObject({ outcome: "refused", purgedCount: 0, inTrash: first.inTrash });
    expect(trashOf(root)).toEqual(waiting);
    const purged = await runOn(root, { ...later, runId: "run-3" }, { keepTrashMs });
    expect(purged).toMatchObject({ outcome: "done", purgedCount: 2, inTrash: { count: 0, bytes: 0 } });
  });

  it("purges them before their time while room is short, and says by how much room is short then", async () => {
    const root = makeRoot();
    const ids = makeSessions(root, 4);
    const journal = createMemoryJournal();
    const policy = { ...makeTarget(root).policy, last: 2 };
    await runOn(root, { journal }, { keepTrashMs, policy });
    // More than any disk has.
    const minFree = { warnBytes: 2 ** 60, targetBytes: 2 ** 60 };
    const short = { keepTrashMs, policy: { ...policy, minFree } };
    const waiting = trashOf(root);
    expect(await runOn(root, { journal, dryRun: true }, short)).toMatchObject({ inTrash: { count: 2 } });
    expect(trashOf(root)).toEqual(waiting);
    const report = await runOn(root, { journal, runId: "run-2" }, short);
    expect(report).toMatchObject({
      ...{ outcome: "done", purgedCount: 2, candidates: 0, inTrash: { count: 0, bytes: 0 } },
      shortfalls: [{ mark: "min_free", bytes: expect.any(Number) }],
    });
    expect(namesIn(root)).toEqual(ids.slice(2));
  });
});
