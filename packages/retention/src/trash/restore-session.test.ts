import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyPlan } from "../apply-plan.js";
import { canUseHandles } from "../directory/can-use-handles.js";
import { planCleanup } from "../plan/plan-cleanup.js";
import type { Safety } from "../safety.js";
import { scan } from "../scan/scan.js";
import { settleOpenIntents } from "../settle/settle-open-intents.js";
import type { RetentionTarget } from "../target.js";
import {
  describeTree,
  makeRoot,
  makeSession,
  makeTarget,
  NOW_MS,
  namesIn,
  trashOf,
} from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { createMemoryLock } from "../testing/memory-lock.js";
import { listTrash } from "./list-trash.js";
import { RESTORE_PIN_MS, type RestoreOptions, restoreSession } from "./restore-session.js";

const DAY_MS = 86_400_000;
const SAFETIES: readonly Safety[] = canUseHandles() ? ["handles", "path"] : ["path"];

describe.each(SAFETIES)("restoreSession by %s", (safety) => {
  const restore = (target: RetentionTarget, options: Partial<RestoreOptions> & Pick<RestoreOptions, "session">) =>
    restoreSession(target, { ...PORTS, journal: createMemoryJournal(), lock: createMemoryLock(), safety, ...options });

  it("brings a session back as it was, tells the journal, and pins it", async () => {
    const { root, target, ids, before, journal } = await makeTrashed(safety);
    const result = await restore(target, { session: ids[0], journal });
    const [{ claimId } = { claimId: "" }] = journal.events.filter((event) => event.type === "intent");
    expect(result).toEqual({ status: "restored", id: ids[0], claimId, pinnedUntilMs: NOW_MS + RESTORE_PIN_MS });
    expect(describeTree(root)).toEqual(before.filter((line) => !line.startsWith(ids[1])));
    expect((await listTrash(target, { safety })).map(({ id }) => id)).toEqual([ids[1]]);
    const about = { runId: "restore-1", target: "recordings", root, id: ids[0] };
    expect(journal.events.slice(-2)).toMatchObject([
      { type: "pinned", ...about, untilMs: NOW_MS + RESTORE_PIN_MS, reason: "needed" },
      { type: "outcome", ...about, claimId, result: "restored", code: "ok", bytesFreed: 0 },
    ]);
    expect((await journal.facts({ name: "recordings", root })).pins).toEqual(
      new Map([[ids[0], NOW_MS + RESTORE_PIN_MS]]),
    );
  });

  it("leaves an empty trash when the last session left it", async () => {
    const { root, target, ids, before } = await makeTrashed(safety);
    for (const session of ids) expect((await restore(target, { session })).status).toBe("restored");
    expect(trashOf(root)).toEqual([]);
    expect(describeTree(root)).toEqual(before);
  });

  it.each<[string, (path: string) => void]>([
    ["a directory", (path) => mkdirSync(path)],
    ["a file", (path) => writeFileSync(path, "")],
    ["a link to nothing", (path) => symlinkSync("nowhere", path)],
  ])("refuses while %s has the name, and touches nothing", async (_what, take) => {
    const { root, target, ids, journal } = await makeTrashed(safety);
    take(join(root, ids[0]));
    await expectRefused(root, { journal }, () => restore(target, { session: ids[0], journal }), "name_taken");
  });

  it("refuses what is not in the trash, and what a name does not tell apart", async () => {
    const { root, target, ids, journal } = await makeTrashed(safety);
    await expectRefused(root, { journal }, () => restore(target, { session: "nobody", journal }), "unknown_session");
    makeSession(root, "a", 1);
    await trash(target, { safety, journal, runId: "run-2" });
    await expectRefused(root, { journal }, () => restore(target, { session: ids[0], journal }), "ambiguous");
    const claims = (await listTrash(target, { safety })).filter(({ id }) => id === ids[0]);
    expect(claims).toHaveLength(2);
    const result = await restore(target, { session: claims[1]?.claimId ?? "", journal });
    expect(result).toMatchObject({ status: "restored", id: ids[0], claimId: claims[1]?.claimId });
  });

  it("refuses while a run holds the root", async () => {
    const { root, target, ids, journal } = await makeTrashed(safety);
    const lock = createMemoryLock();
    await lock.acquire(target);
    await expectRefused(root, { journal }, () => restore(target, { session: ids[0], journal, lock }), "busy");
  });

  it("gives the lock back however it ends", async () => {
    const { target, ids } = await makeTrashed(safety);
    const lock = createMemoryLock();
    await restore(target, { session: "nobody", lock });
    const journal = { ...createMemoryJournal(), append: () => Promise.reject(new Error("disk full")) };
    await expect(restore(target, { session: ids[0], lock, journal })).rejects.toThrow("disk full");
    expect(await restore(target, { session: ids[0], lock })).toMatchObject({ status: "restored" });
  });

  it("refuses another directory in the session's place in the trash", async () => {
    const { root, target, ids, journal } = await makeTrashed(safety);
    const [{ claimId } = { claimId: "" }] = await listTrash(target, { safety });
    renameSync(join(root, ".caretaker-trash", claimId), `${root}-aside`);
    mkdirSync(join(root, ".caretaker-trash", claimId));
    await expectRefused(root, { journal }, () => restore(target, { session: ids[0], journal }), "changed");
  });

  it("refuses one whose deletion a crash has interrupted", async () => {
    const { target, ids } = await makeTrashed(safety);
    const later = NOW_MS + 8 * DAY_MS;
    const onStep = (step: string) => {
      if (step === "purge_marked") throw new Error("killed");
    };
    const options = { runId: "run-2", journal: createMemoryJournal(), nowMs: () => later, safety, onStep };
    await settleOpenIntents(target, options).catch(() => {});
    const result = await restore(target, { session: ids[0], nowMs: () => later });
    expect(result).toMatchObject({ status: "refused", code: "being_deleted" });
  });
});

const PORTS = { runId: "restore-1", reason: "needed", nowMs: () => NOW_MS } as const;

/** Three sessions, of which the two older wait in the trash for a week. */
async function makeTrashed(safety: Safety) {
  const root = makeRoot();
  const ids = [makeSession(root, "a", 1), makeSession(root, "b", 2)] as const;
  makeSession(root, "c", 3);
  const before = describeTree(root);
  const target = makeTarget(root, { trash: { keepFor: "7d" } });
  const journal = createMemoryJournal();
  await trash(target, { safety, journal, runId: "run-1" });
  expect(namesIn(root)).toHaveLength(1);
  return { root, target, ids, before, journal };
}

async function trash(
  target: RetentionTarget,
  options: { safety: Safety; journal: ReturnType<typeof createMemoryJournal>; runId: string },
): Promise<void> {
  const plan = planCleanup(await scan(target, { nowMs: NOW_MS }), target.policy, { nowMs: NOW_MS });
  await applyPlan(plan, { target, nowMs: () => NOW_MS, ...options });
}

async function expectRefused(
  root: string,
  { journal }: { journal: ReturnType<typeof createMemoryJournal> },
  restore: () => Promise<unknown>,
  code: string,
): Promise<void> {
  const look = () => [describeTree(root), describeTree(join(root, ".caretaker-trash")), journal.events.length];
  const before = look();
  expect(await restore()).toEqual({ status: "refused", code, why: expect.any(String) });
  expect(look()).toEqual(before);
  expect(readdirSync(root)).toContain(".caretaker-trash");
}
