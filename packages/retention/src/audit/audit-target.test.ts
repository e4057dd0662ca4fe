import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Intent, Outcome } from "../journal.js";
import { ROOT_MARKER_NAME } from "../root/root-marker.js";
import { runOn } from "../run/run-support.test.fixture.js";
import { describeTree, makeRoot, makeSession, makeTarget, NOW_MS, trashOf } from "../test-support.test.fixture.js";
import { createMemoryJournal, type MemoryJournal } from "../testing/memory-journal.js";
import { createMemoryLock } from "../testing/memory-lock.js";
import { restoreSession } from "../trash/restore-session.js";
import { TRASH_NAME } from "../trash/trash-name.js";
import type { AuditReport } from "./audit-report.js";
import { auditTarget, type JournaledClaim } from "./audit-target.js";

const TRASH = { keepTrashMs: 7 * 86_400_000 };

describe("an audit agrees", () => {
  it("with a root that nothing was ever done in, and makes no trash", async () => {
    const root = makeRoot();
    makeSession(root, "a", 1);
    makeSession(root, "a", 2, { marker: null });
    const report = await audit(root, createMemoryJournal());
    expect(report).toMatchObject({
      counts: { owned: 1, unknown: { marker_missing: 1 } },
      inTrash: 0,
      disagreements: [],
    });
    expect(readdirSync(root)).not.toContain(TRASH_NAME);
  });

  it("with what was deleted, trashed, restored and kept, and changes nothing", async () => {
    const { root, journal, names } = await withTrash(4);
    const target = { ...makeTarget(root), ...TRASH };
    const about = { runId: "back", reason: "test", nowMs: () => NOW_MS, lock: createMemoryLock() };
    await restoreSession(target, { session: String(names[0]), journal, ...about });
    const before = describeTree(root);
    const report = await audit(root, journal);
    expect(report).toMatchObject({ disagreementCount: 0, claims: { trashed: 2, restored: 1, open: 0 }, inTrash: 2 });
    expect(describeTree(root)).toEqual(before);
    await runOn(root, { journal, runId: "run-9", nowMs: () => NOW_MS + 8 * 86_400_000 });
    expect(await audit(root, journal)).toMatchObject({ disagreementCount: 0, claims: { deleted: 3, trashed: 0 } });
  });

  it("with another session that has the name of one that was deleted", async () => {
    const { root, journal, names } = await deleted();
    makeSession(root, "b", 9);
    makeSession(root, "a", 1);
    expect(names[0]).toBe("a_20240101_103000");
    const { disagreements } = await audit(root, journal);
    // The same inode may have been given out again, and then nobody could tell it from the old one.
    expect(disagreements.filter(({ code }) => code !== "deleted_in_place")).toEqual([]);
  });
});

describe("an audit names what does not agree", () => {
  it("deleted_in_place: the journal says so, and it is there", async () => {
    const { root, journal, names } = await withTrash();
    renameSync(join(root, TRASH_NAME, claimIn(root)), join(root, String(names[0])));
    expect(codesOf(await audit(root, lied(journal, "deleted")))).toEqual([["deleted_in_place", names[0]]]);
  });

  it("deleted_in_trash", async () => {
    const { root, journal, names } = await withTrash();
    expect(codesOf(await audit(root, lied(journal, "deleted")))).toEqual([["deleted_in_trash", names[0]]]);
  });

  it("kept_in_trash", async () => {
    const { root, journal, names } = await withTrash();
    for (const result of ["kept", "restored"] as const) {
      expect(codesOf(await audit(root, lied(journal, result)))).toEqual([["kept_in_trash", names[0]]]);
    }
  });

  it("trashed_in_place: somebody moved it back by hand", async () => {
    const { root, journal, names } = await withTrash();
    renameSync(join(root, TRASH_NAME, claimIn(root)), join(root, String(names[0])));
    expect(codesOf(await audit(root, journal))).toEqual([["trashed_in_place", names[0]]]);
  });

  it("trashed_gone: somebody emptied the trash by hand", async () => {
    const { root, journal, names } = await withTrash();
    rmSync(join(root, TRASH_NAME), { recursive: true });
    expect(codesOf(await audit(root, journal))).toEqual([["trashed_gone", names[0]]]);
  });

  it("changed_in_trash: another directory lies there", async () => {
    const { root, journal, names } = await withTrash();
    const place = join(root, TRASH_NAME, claimIn(root));
    cpSync(place, `${root}-copy`, { recursive: true });
    renameSync(place, `${root}-taken`);
    renameSync(`${root}-copy`, place);
    expect(codesOf(await audit(root, journal))).toEqual([["changed_in_trash", names[0]]]);
  });

  it("open: a claim without its end", async () => {
    const { root, journal, names } = await withTrash();
    expect(codesOf(await audit(root, withoutOutcomes(journal)))).toEqual([["open", names[0]]]);
    expect(codesOf(await audit(root, lied(journal, "in_trash")))).toEqual([["open", names[0]]]);
  });

  it("not_journaled: the journal was lost", async () => {
    const { root, names } = await withTrash();
    expect(codesOf(await audit(root, createMemoryJournal()))).toEqual([["not_journaled", names[0]]]);
  });

  it("no_sidecar, and unfinished", async () => {
    const { root, journal } = await deleted();
    const claim = "run-1-0123456789abcdef.3";
    mkdirSync(join(root, TRASH_NAME, claim));
    writeFileSync(join(root, TRASH_NAME, "notes"), "mine");
    writeFileSync(join(root, TRASH_NAME, "run-1-0123456789abcdef.json.tmp"), "");
    expect(codesOf(await audit(root, journal)).sort()).toEqual([
      ["no_sidecar", "notes"],
      ["no_sidecar", claim],
      ["unfinished", "run-1-0123456789abcdef.json.tmp"],
    ]);
  });

  it("root_changed: by the root's own marker", async () => {
    const { root, journal } = await deleted();
    rmSync(join(root, ROOT_MARKER_NAME));
    expect(codesOf(await audit(root, journal))).toEqual([["root_changed", root]]);
  });

  it("root_changed: by where what is still to be found was claimed, and not by what is gone anyway", async () => {
    const { root, journal, names } = await deleted();
    makeSession(root, "a", 20);
    expect(await runOn(root, { journal, runId: "run-2" }, TRASH)).toMatchObject({ trashedCount: 1 });
    renameSync(root, `${root}-old`);
    mkdirSync(root);
    cpSync(join(`${root}-old`, ROOT_MARKER_NAME), join(root, ROOT_MARKER_NAME));
    expect(codesOf(await audit(root, journal))).toEqual([["root_changed", names[1]]]);
  });
});

it("is busy while a run has the root", async () => {
  const { root, journal } = await withTrash();
  const lock = createMemoryLock();
  const release = await lock.acquire(makeTarget(root));
  expect(await auditTarget(makeTarget(root), { ...optionsOf(journal), lastRun: null, lock })).toBe("busy");
  await release?.();
});

it("ends when it is told to", async () => {
  const { root, journal } = await deleted();
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(auditTarget(makeTarget(root), { ...optionsOf(journal), lastRun: null, signal })).rejects.toThrow(
    "enough",
  );
});

/** Sessions of which all but the newest wait in the trash. */
async function withTrash(count = 2) {
  return await ran(count, TRASH);
}

/** A session that was deleted, and one that was kept. */
async function deleted() {
  return await ran(2, {});
}

async function ran(count: number, target: Parameters<typeof runOn>[2]) {
  const root = makeRoot();
  const names = Array.from({ length: count }, (_, day) => makeSession(root, "a", day + 1));
  const journal = createMemoryJournal();
  expect(await runOn(root, { journal }, target)).toMatchObject({ outcome: "done" });
  return { root, names, journal };
}

async function audit(root: string, journal: MemoryJournal): Promise<AuditReport> {
  const { lastRun } = await journal.facts(makeTarget(root));
  const report = await auditTarget(makeTarget(root), { ...optionsOf(journal), lastRun });
  if (report === "busy") throw new Error("nobody has the root");
  return report;
}

function optionsOf(journal: MemoryJournal) {
  return { claims: () => claimsOf(journal), lock: createMemoryLock(), nowMs: NOW_MS };
}

/** As the journal's own query gives them. */
function claimsOf({ events }: MemoryJournal): JournaledClaim[] {
  const outcomes = new Map(events.filter(isOutcome).map(({ claimId, result }) => [claimId, result]));
  return events.filter(isIntent).map((intent) => ({ ...intent, result: outcomes.get(intent.claimId) ?? null }));
}

function isIntent(event: { readonly type: string }): event is Intent {
  return event.type === "intent";
}

function isOutcome(event: { readonly type: string }): event is Outcome {
  return event.type === "outcome";
}

/** The journal with another end of every claim. */
function lied(journal: MemoryJournal, result: Outcome["result"]): MemoryJournal {
  return { ...journal, events: journal.events.map((event) => (isOutcome(event) ? { ...event, result } : event)) };
}

function withoutOutcomes(journal: MemoryJournal): MemoryJournal {
  return { ...journal, events: journal.events.filter((event) => !isOutcome(event)) };
}

function codesOf({ disagreements }: AuditReport): string[][] {
  return disagreements.map(({ code, id }) => [code, id]);
}

/** The name of the one session in a trash. */
function claimIn(root: string): string {
  const [name] = trashOf(root).filter((one) => !one.includes("json") && !one.startsWith("lock"));
  return String(name);
}
