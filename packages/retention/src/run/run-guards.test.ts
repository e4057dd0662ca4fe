import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ROOT_MARKER_NAME, readRootMarker } from "../root/root-marker.js";
import { describeTree, makeRoot, makeSession, makeTarget, NOW_MS, namesIn } from "../test-support.test.fixture.js";
import { createMemoryJournal, type MemoryJournal } from "../testing/memory-journal.js";
import { TRASH_NAME } from "../trash/trash-name.js";
import { clockAt, makeSessions, runOn } from "./run-support.test.fixture.js";

const OTHER_ID = "0f8fad5b-d9cb-469f-a165-70867728950e";

describe("a run whose plan a guard refuses", () => {
  it("deletes nothing, says why and how to go on, and journals the plan with no intent", async () => {
    const root = makeRoot();
    makeSessions(root, 12);
    const before = describeTree(root);
    const journal = createMemoryJournal();
    const report = await runOn(root, { journal });
    expect(report).toMatchObject({
      outcome: "refused",
      error: { code: "ERR_GUARDED", message: expect.stringContaining(`confirm plan ${report.planId}`) },
      guards: [{ guard: "too_many", why: expect.stringContaining("11 of 12") }],
      candidates: 11,
      deletedCount: 0,
    });
    expect(describeTree(root)).toEqual(before);
    expect(typesOf(journal)).toEqual(["run_started", "run_planned", "run_finished"]);
    expect(journal.decisionsOf("run-1")).toHaveLength(12);
  });

  it("is applied once it was confirmed by its id, which the journal remembers", async () => {
    const root = makeRoot();
    const ids = makeSessions(root, 12);
    const journal = createMemoryJournal();
    const { planId } = await runOn(root, { journal });
    const report = await runOn(root, { journal, runId: "run-2", confirmPlanId: String(planId), reason: "by hand" });
    expect(report).toMatchObject({ outcome: "done", planId, guards: [], deletedCount: 11 });
    expect(namesIn(root)).toEqual(ids.slice(-1));
    const confirmed = journal.events.filter(({ type }) => type === "plan_confirmed");
    expect(confirmed).toMatchObject([{ runId: "run-2", root, planId, reason: "by hand" }]);
  });

  it("stays refused, without anything touched, when what was confirmed is no longer the plan", async () => {
    const root = makeRoot();
    makeSessions(root, 12);
    const { planId } = await runOn(root);
    makeSession(root, "late", 40);
    const before = describeTree(root);
    const journal = unsettled();
    const report = await runOn(root, { journal, confirmPlanId: String(planId) });
    expect(report).toMatchObject({
      outcome: "refused",
      error: { code: "ERR_PLAN_STALE", message: expect.stringContaining(String(report.planId)) },
      guards: [{ guard: "too_many" }],
    });
    expect(describeTree(root)).toEqual(before);
    expect(typesOf(journal)).toEqual(["run_started", "run_planned", "run_finished"]);
  });

  it("is refused, and not failed, when the journal breaks as well; the log has both", async () => {
    const root = makeRoot();
    makeSessions(root, 12);
    const journal = { ...createMemoryJournal(), recordDecisions: () => Promise.reject(new Error("journal gone")) };
    const errors: unknown[] = [];
    const log = { info: () => {}, warn: (_: string, fields: object) => void errors.push(fields), error: () => {} };
    expect(await runOn(root, { journal, log })).toMatchObject({ outcome: "refused", error: { code: "ERR_GUARDED" } });
    expect(errors).toMatchObject([{ guards: [{ guard: "too_many" }], error: new Error("journal gone") }]);
  });

  it("is shown as it would be by a dry run, which is done and changes nothing", async () => {
    const root = makeRoot();
    makeSessions(root, 12);
    const before = everything(root);
    const dry = await runOn(root, { dryRun: true });
    expect(dry).toMatchObject({ outcome: "done", guards: [{ guard: "too_many" }], error: null, rootId: null });
    expect(everything(root)).toEqual(before);
    expect((await runOn(root, { confirmPlanId: String(dry.planId) })).deletedCount).toBe(11);
  });

  it("deletes nothing whatever the guards saw, and otherwise all that was planned", async () => {
    const facts = fc.record({
      sessions: fc.integer({ min: 1, max: 14 }),
      leftBefore: fc.constantFrom(0, 10, 20),
      rootId: fc.constantFrom(null, OTHER_ID),
      clockOffsetMs: fc.constantFrom(null, 61_000),
      maxDeleteRatio: fc.constantFrom(0.5, 1),
    });
    await fc.assert(
      fc.asyncProperty(facts, async ({ sessions, leftBefore, rootId, clockOffsetMs, maxDeleteRatio }) => {
        const root = makeRoot();
        makeSessions(root, sessions);
        const before = describeTree(root);
        const lastRun = { runId: "run-0", startedAtMs: NOW_MS, owned: leftBefore, rootId, clock: clockAt(NOW_MS) };
        const known = { ...(await createMemoryJournal().facts({ name: "recordings", root })), lastRun };
        const journal = { ...createMemoryJournal(), facts: () => known };
        const report = await runOn(root, { journal, clockOffsetMs }, { maxDeleteRatio });
        const isRefused = report.guards.length > 0;
        expect(report.outcome).toBe(isRefused ? "refused" : "done");
        expect(report.deletedCount).toBe(isRefused ? 0 : sessions - 1);
        if (isRefused) expect(describeTree(root)).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });
});

describe("the id of a root", () => {
  it("is given to it by the first run that is not dry, and told by every run", async () => {
    const { root, journal, rootId } = await runOnce();
    expect(readRootMarker(root)).toEqual({ status: "ours", rootId });
    expect(await runOn(root, { journal, runId: "run-2" })).toMatchObject({ outcome: "done", rootId });
  });

  it("is taken as it is where the journal knows of no run", async () => {
    const root = makeRoot();
    writeFileSync(join(root, ROOT_MARKER_NAME), JSON.stringify({ schema: 1, rootId: OTHER_ID }));
    expect(await runOn(root)).toMatchObject({ outcome: "done", rootId: OTHER_ID });
  });

  it.each([
    ["is gone", (path: string) => rmSync(path)],
    ["is another's", (path: string) => writeFileSync(path, "{}")],
  ])("is refused where the last run's %s, and given anew once that was confirmed", async (_, change) => {
    const { root, journal, rootId } = await runOnce();
    change(join(root, ROOT_MARKER_NAME));
    const before = everything(root);
    const refused = await runOn(root, { journal: unsettled(journal), runId: "run-2" });
    expect(refused).toMatchObject({ outcome: "refused", guards: [{ guard: "root_changed" }], rootId: null });
    expect(everything(root)).toEqual(before);
    const again = await runOn(root, { journal, runId: "run-3", confirmPlanId: String(refused.planId) });
    expect(again).toMatchObject({ outcome: "done", rootId: expect.any(String) });
    expect(again.rootId).not.toBe(rootId);
    expect(await runOn(root, { journal, runId: "run-4" })).toMatchObject({ outcome: "done", rootId: again.rootId });
  });

  it("is refused where it is another root's, and kept once that was confirmed", async () => {
    const { root, journal } = await runOnce();
    writeFileSync(join(root, ROOT_MARKER_NAME), JSON.stringify({ schema: 1, rootId: OTHER_ID }));
    const refused = await runOn(root, { journal, runId: "run-2" });
    expect(refused).toMatchObject({ outcome: "refused", guards: [{ guard: "root_changed" }] });
    await runOn(root, { journal, runId: "run-3", confirmPlanId: String(refused.planId) });
    expect(readRootMarker(root)).toEqual({ status: "ours", rootId: OTHER_ID });
  });

  it("cannot be given where a directory stands in its place: the run fails, and deletes nothing", async () => {
    const root = makeRoot();
    makeSessions(root, 3);
    mkdirSync(join(root, ROOT_MARKER_NAME));
    const refused = await runOn(root);
    expect(refused).toMatchObject({ outcome: "refused", guards: [{ guard: "root_changed" }] });
    const confirmed = await runOn(root, { confirmPlanId: String(refused.planId) });
    expect(confirmed).toMatchObject({ outcome: "failed", error: { code: "EISDIR" }, deletedCount: 0 });
    expect(namesIn(root)).toHaveLength(3);
  });
});

describe("a run after another", () => {
  it("is not alarmed by what the last one deleted itself", async () => {
    const root = makeRoot();
    makeSessions(root, 24);
    const journal = createMemoryJournal();
    const half = { policy: { ...makeTarget(root).policy, last: 12 } };
    expect(await runOn(root, { journal }, half)).toMatchObject({ outcome: "done", deletedCount: 12 });
    expect(await runOn(root, { journal, runId: "run-2" }, half)).toMatchObject({ outcome: "done", guards: [] });
  });

  it("is refused when more sessions are gone than Caretaker took", async () => {
    const { root, journal, ids } = await runOnce(12, { maxDeleteRatio: 1, last: 12 });
    for (const id of ids.slice(0, 4)) rmSync(join(root, id), { recursive: true });
    expect(await runOn(root, { journal, runId: "run-2" })).toMatchObject({
      outcome: "refused",
      guards: [{ guard: "population_fell", why: expect.stringContaining("8 sessions are left of the 12") }],
    });
  });

  it("is refused when its clock stands before the last, and settles and purges nothing by that clock", async () => {
    const { root, journal } = await runOnce();
    const nowMs = () => NOW_MS - 60_001;
    const report = await runOn(root, { journal: unsettled(journal), runId: "run-2", nowMs });
    expect(report).toMatchObject({ outcome: "refused", guards: [{ guard: "clock_jumped" }] });
    expect(await runOn(root, { journal, runId: "run-3" })).toMatchObject({ outcome: "done" });
  });

  it("is refused when its clock jumped ahead of the time the machine was up", async () => {
    const { root, journal } = await runOnce();
    const nowMs = () => NOW_MS + 3_600_000;
    const readClock = () => clockAt(NOW_MS);
    expect(await runOn(root, { journal, runId: "run-2", nowMs, readClock })).toMatchObject({ outcome: "refused" });
    expect(await runOn(root, { journal, runId: "run-3", nowMs })).toMatchObject({ outcome: "done" });
  });

  it("is refused where most markers cannot be read", async () => {
    const { root, journal } = await runOnce(4, { last: 4 });
    for (let day = 10; day < 16; day += 1) {
      writeFileSync(join(root, makeSession(root, "bad", day), "metadata.json"), Buffer.from([0xff]));
    }
    const report = await runOn(root, { journal, runId: "run-2" });
    expect(report).toMatchObject({ outcome: "refused", guards: [{ guard: "markers_unreadable" }] });
  });
});

describe("the first run of a target that is to report first", () => {
  it("deletes nothing, shows what the guards would say, and gives the root its id; the next one is like any other", async () => {
    const root = makeRoot();
    const ids = makeSessions(root, 12);
    const journal = createMemoryJournal();
    const target = { firstRun: "report" } as const;
    const first = await runOn(root, { journal: unsettled(journal) }, target);
    expect(first).toMatchObject({
      outcome: "done",
      firstRunReport: true,
      guards: [{ guard: "too_many" }],
      candidates: 11,
    });
    expect(first.rootId).not.toBeNull();
    expect(namesIn(root)).toEqual(ids);
    expect(await runOn(root, { journal, runId: "run-2" }, target)).toMatchObject({
      outcome: "refused",
      firstRunReport: false,
    });
    const third = await runOn(root, { journal, runId: "run-3", confirmPlanId: String(first.planId) }, target);
    expect(third).toMatchObject({ outcome: "done", firstRunReport: false, deletedCount: 11 });
  });

  it("is still to come after a dry run", async () => {
    const root = makeRoot();
    makeSessions(root, 2);
    const journal = createMemoryJournal();
    const target = { firstRun: "report" } as const;
    expect(await runOn(root, { journal, dryRun: true }, target)).toMatchObject({ firstRunReport: false });
    expect(await runOn(root, { journal, runId: "run-2" }, target)).toMatchObject({ firstRunReport: true });
    expect(await runOn(root, { journal, runId: "run-3" }, target)).toMatchObject({ deletedCount: 1 });
  });

  it("may be told at once, by the id a dry run showed, to go on", async () => {
    const root = makeRoot();
    makeSessions(root, 2);
    const target = { firstRun: "report" } as const;
    const { planId } = await runOn(root, { dryRun: true }, target);
    expect(await runOn(root, { confirmPlanId: String(planId) }, target)).toMatchObject({ deletedCount: 1 });
  });

  it("leaves alone what stands in the place of the root's marker", async () => {
    const root = makeRoot();
    writeFileSync(join(root, ROOT_MARKER_NAME), "mine");
    const report = await runOn(root, {}, { firstRun: "report" });
    expect(report).toMatchObject({ outcome: "done", rootId: null, guards: [{ guard: "root_changed" }] });
    expect(readFileSync(join(root, ROOT_MARKER_NAME), "utf8")).toBe("mine");
  });
});

async function runOnce(count = 2, { last = 1, maxDeleteRatio = 0.5 } = {}) {
  const root = makeRoot();
  const ids = makeSessions(root, count);
  const journal = createMemoryJournal();
  const policy = { ...makeTarget(root).policy, last };
  const { outcome, rootId } = await runOn(root, { journal }, { policy, maxDeleteRatio });
  expect(outcome).toBe("done");
  return { root, ids, journal, rootId };
}

/** A journal that lets nobody settle. */
function unsettled(journal: MemoryJournal = createMemoryJournal()): MemoryJournal {
  return { ...journal, openIntents: () => Promise.reject(new Error("nothing is to be settled")) };
}

function typesOf({ events }: MemoryJournal): string[] {
  return events.map(({ type }) => type);
}

/** The tree with what is our own. */
function everything(root: string): string[] {
  const trash = join(root, TRASH_NAME);
  return [
    ...describeTree(root),
    ...readdirSync(root).sort(),
    ...(readdirSync(root).includes(TRASH_NAME) ? readdirSync(trash) : []),
  ];
}
