import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { applyPlan } from "../apply-plan.js";
import { canUseHandles } from "../directory/can-use-handles.js";
import { planCleanup } from "../plan/plan-cleanup.js";
import { planIdOf } from "../plan/plan-id.js";
import { readDiskSpace } from "../root/disk-space.js";
import type { DeleteRule } from "../rule.js";
import type { Safety } from "../safety.js";
import { scan } from "../scan/scan.js";
import type { SessionResult } from "../session-result.js";
import type { RetentionTarget } from "../target.js";
import { makeRoot, makeSession, makeTarget, NOW_MS, namesIn, trashOf } from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { listTrash } from "../trash/list-trash.js";
import { type SettleOptions, settleOpenIntents } from "./settle-open-intents.js";

const HOUR_MS = 3_600_000;
const DUE_MS = NOW_MS + 24 * HOUR_MS;
const SAFETIES: readonly Safety[] = canUseHandles() ? ["handles", "path"] : ["path"];

describe.each(SAFETIES)("the trash, by %s", (safety) => {
  const settle = async (target: RetentionTarget, options: Partial<SettleOptions> = {}) => {
    const results: SessionResult[] = [];
    const onResult = (result: SessionResult) => results.push(result);
    const ports = { runId: "run-2", journal: createMemoryJournal(), nowMs: () => NOW_MS, safety };
    return { ...(await settleOpenIntents(target, { ...ports, onResult, ...options })), results };
  };

  it("keeps sessions whole for as long as it is told, and counts their bytes", async () => {
    const { root, target, ids, applied, journal } = await makeTrashed(safety);
    expect(applied).toMatchObject({ partial: false, error: null });
    expect(applied.sessions).toMatchObject({ trashedCount: 2, deletedCount: 0, bytesFreed: 0 });
    expect(journal.events.filter(({ type }) => type === "outcome")).toMatchObject(
      ids.map((id) => ({ id, result: "trashed", code: "ok", bytesFreed: 0, purgeAfterMs: DUE_MS })),
    );
    expect(await journal.openIntents(target)).toEqual([]);
    const bytes = sizeOf(join(root, ".caretaker-trash", trashOf(root).find((name) => /\.0$/.test(name)) ?? ""));
    expect(await listTrash(target, { safety })).toEqual(
      ids.map((id) => {
        const claimId = expect.stringMatching(/^run-1-[0-9a-f]{16}\.\d$/);
        return { claimId, id, claimedAtMs: NOW_MS, purgeAfterMs: DUE_MS, bytes };
      }),
    );
    const settled = await settle(target, { nowMs: () => DUE_MS - 1 });
    expect(settled).toMatchObject({ results: [], purgedCount: 0, inTrash: { count: 2, bytes: 2 * bytes } });
    expect(trashOf(root)).toHaveLength(3);
  });

  it("says again until when they wait, where a crash kept that from the journal", async () => {
    const { target, ids, journal } = await makeTrashed(safety);
    const crashed = createMemoryJournal();
    await crashed.append(...journal.events.filter(({ type }) => type === "intent"));
    await settle(target, { journal: crashed });
    expect(crashed.events.slice(-2)).toMatchObject(
      ids.map((id) => ({ type: "outcome", id, result: "trashed", code: "recovered", purgeAfterMs: DUE_MS })),
    );
  });

  it("purges what is due, and tells the journal", async () => {
    const { root, target, ids, journal } = await makeTrashed(safety);
    const settled = await settle(target, { nowMs: () => DUE_MS, journal });
    expect(settled).toMatchObject({ purgedCount: 2, inTrash: { count: 0, bytes: 0 }, leftovers: [] });
    expect(settled.results).toEqual(
      ids.map((id) => ({ id, result: "deleted", code: "purged", bytesFreed: expect.any(Number) })),
    );
    expect(settled.sessions.deletedCount).toBe(0);
    expect(trashOf(root)).toEqual([]);
    expect(journal.events.slice(-2)).toMatchObject(ids.map((id) => ({ type: "outcome", id, result: "deleted" })));
    expect(await settle(target, { nowMs: () => DUE_MS, journal })).toMatchObject({ results: [], purgedCount: 0 });
  });

  it("deletes at once what is taken to make room", async () => {
    const { root, ids, applied } = await makeTrashed(safety, "min_free");
    expect(applied.sessions).toMatchObject({ deleted: ids, trashedCount: 0 });
    expect(trashOf(root)).toEqual([]);
  });

  it("leaves a session that somebody holds in the trash, due or not", async () => {
    const { root, target, ids } = await makeTrashed(safety);
    const [claim = { claimId: "" }] = await listTrash(target, { safety });
    writeFileSync(join(root, ".caretaker-trash", claim.claimId, ".hold"), "");
    const settled = await settle(target, { nowMs: () => DUE_MS, purge: { untilFreeBytes: Number.MAX_SAFE_INTEGER } });
    expect(settled.results.map(({ id }) => id)).toEqual([ids[1]]);
    expect(settled.inTrash.count).toBe(1);
    expect(readdirSync(join(root, ".caretaker-trash", claim.claimId))).toContain("metadata.json");
  });

  it("purges before its time only while room is missing, the longest there first", async () => {
    const { root, target, ids } = await makeTrashed(safety);
    const { freeBytes } = readDiskSpace(root);
    expect((await settle(target, { purge: { untilFreeBytes: Math.floor(freeBytes / 2) } })).results).toEqual([]);
    const seen: string[][] = [];
    const onStep = (step: string) => void (step === "purge_marked" && seen.push(namesIn(root)));
    const settled = await settle(target, { purge: { untilFreeBytes: Number.MAX_SAFE_INTEGER }, onStep });
    expect(settled.results.map(({ id, code }) => `${id} ${code}`)).toEqual(ids.map((id) => `${id} purged`));
    expect(settled).toMatchObject({ purgedCount: 2, inTrash: { count: 0, bytes: 0 } });
    expect(seen).toHaveLength(1);
  });

  it("purges no other directory that was put in a session's place", async () => {
    const { root, target, ids } = await makeTrashed(safety);
    const [claim = { claimId: "" }] = await listTrash(target, { safety });
    const place = join(root, ".caretaker-trash", claim.claimId);
    renameSync(place, `${root}-aside`);
    mkdirSync(place);
    writeFileSync(join(place, "precious"), "precious");
    const settled = await settle(target, { nowMs: () => DUE_MS });
    expect(settled.results.map(({ id, result, code }) => `${id} ${result} ${code}`)).toEqual([
      `${ids[0]} in_trash changed`,
      `${ids[1]} deleted purged`,
    ]);
    expect(readdirSync(place)).toEqual(["precious"]);
  });

  it("stops purging when it is asked to, and goes on the next time", async () => {
    const { root, target } = await makeTrashed(safety);
    const controller = new AbortController();
    const onStep = (step: string) => void (step === "deleted" && controller.abort());
    const first = await settle(target, { nowMs: () => DUE_MS, signal: controller.signal, onStep });
    expect(first.results).toHaveLength(1);
    expect((await listTrash(target, { safety })).map(({ purgeAfterMs }) => purgeAfterMs)).toEqual([null]);
    expect((await settle(target, { nowMs: () => DUE_MS })).results).toMatchObject([
      { result: "deleted", code: "purged" },
    ]);
    expect(trashOf(root)).toEqual([]);
  });

  it("takes no notice of a session in its place that was never claimed", async () => {
    const { root, target, ids } = await makeTrashed(safety);
    const [claim = { claimId: "" }] = await listTrash(target, { safety });
    renameSync(join(root, ".caretaker-trash", claim.claimId), join(root, ids[0]));
    const settled = await settle(target, { nowMs: () => DUE_MS });
    expect(settled.results[0]).toMatchObject({ id: ids[0], result: "kept", code: "interrupted" });
    expect(namesIn(root)).toContain(ids[0]);
  });

  it("counts one as gone that somebody has removed from the trash", async () => {
    const { root, target, ids } = await makeTrashed(safety);
    const [claim = { claimId: "" }] = await listTrash(target, { safety });
    rmSync(join(root, ".caretaker-trash", claim.claimId), { recursive: true });
    expect((await settle(target)).results).toMatchObject([{ id: ids[0], result: "deleted", code: "found_gone" }]);
    expect((await listTrash(target, { safety })).map(({ id }) => id)).toEqual([ids[1]]);
  });

  it.skipIf(!canMakeImmutable())("backs off from what it could not delete, longer each time", async () => {
    const { root, target, ids } = await makeTrashed(safety);
    const [claim = { claimId: "" }] = await listTrash(target, { safety });
    const file = join(root, ".caretaker-trash", claim.claimId, "video.mp4");
    execFileSync("chattr", ["+i", file]);
    onTestFinished(() => void spawnSync("chattr", ["-R", "-i", root]));
    const at = async (nowMs: number) => {
      const { results, backingOffCount, inTrash } = await settle(target, { nowMs: () => nowMs });
      return [results.map(({ id, code }) => `${id} ${code}`).join(), backingOffCount, inTrash.count];
    };
    const failed = `${ids[0]} permission`;
    expect(await at(DUE_MS)).toEqual([`${failed},${ids[1]} purged`, 0, 0]);
    expect(await at(DUE_MS + HOUR_MS - 1)).toEqual(["", 1, 0]);
    expect(await at(DUE_MS + HOUR_MS)).toEqual([failed, 0, 0]);
    expect(await at(DUE_MS + 3 * HOUR_MS - 1)).toEqual(["", 1, 0]);
    execFileSync("chattr", ["-i", file]);
    expect(await at(DUE_MS + 3 * HOUR_MS)).toEqual([`${ids[0]} purged`, 0, 0]);
    expect(trashOf(root)).toEqual([]);
  });
});

/** Three sessions, of which the two older wait in the trash for a day. */
async function makeTrashed(safety: Safety, rule: DeleteRule = "beyond_keep") {
  const root = makeRoot();
  const ids = [makeSession(root, "a", 1), makeSession(root, "b", 2)] as const;
  makeSession(root, "c", 3);
  const target = makeTarget(root, { trash: { keepFor: "1d" } });
  const journal = createMemoryJournal();
  const plan = planCleanup(await scan(target, { nowMs: NOW_MS }), target.policy, { nowMs: NOW_MS });
  const candidates = [...plan.candidates].map((candidate) => ({ ...candidate, rule }));
  const id = planIdOf({ ...plan, candidates });
  const applied = await applyPlan(
    { ...plan, candidates, id },
    { target, runId: "run-1", journal, nowMs: () => NOW_MS, safety },
  );
  return { root, target, ids, journal, applied };
}

function sizeOf(directory: string): number {
  return readdirSync(directory).reduce((bytes, name) => bytes + statSync(join(directory, name)).blocks * 512, 0);
}

function canMakeImmutable(): boolean {
  const path = join(tmpdir(), `immutable-${process.pid}`);
  writeFileSync(path, "");
  const { status } = spawnSync("chattr", ["+i", path]);
  spawnSync("chattr", ["-i", path]);
  rmSync(path);
  return status === 0;
}
