import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SessionResult } from "../session-result.js";
import type { Step } from "../step.js";
import {
  describeTree,
  makeRoot,
  makeSession,
  makeTarget,
  NOW_MS,
  readJournal,
  runChild,
  trashOf,
} from "../test-support.test.fixture.js";
import { createMemoryJournal, type MemoryJournal } from "../testing/memory-journal.js";
import { TRASH_NAME } from "../trash/trash-name.js";
import { type SettleResult, settleOpenIntents } from "./settle-open-intents.js";

describe("settleOpenIntents", () => {
  it("has nothing to do after a clean run", async () => {
    const { root, journal } = stoppedAt(null);
    expect(await settle(root, journal)).toEqual({ results: [], leftovers: [] });
  });

  it.each<[Step, string, string]>([
    ["intents", "kept", "interrupted"],
    ["sidecar", "kept", "interrupted"],
  ])("drops the intent of a session that is still in its place: stopped after %s", async (step, result, code) => {
    const { root, journal, id, before } = stoppedAt(step);
    expect(await settle(root, journal)).toEqual({ results: [{ id, result, code, bytesFreed: 0 }], leftovers: [] });
    expect(describeTree(root)).toEqual(before);
    await expectSettled(root, journal);
  });

  it.each<Step>(["claimed", "synced", "compared", "file_deleted"])(
    "finishes a session that is in the trash: stopped after %s",
    async (step) => {
      const { root, journal, id } = stoppedAt(step);
      const { results } = await settle(root, journal);
      expect(results).toEqual([{ id, result: "deleted", code: "recovered", bytesFreed: expect.any(Number) }]);
      await expectSettled(root, journal);
    },
  );

  it.each<Step>(["deleted", "sidecar_removed"])(
    "counts one as done that is nowhere: stopped after %s",
    async (step) => {
      const { root, journal, id } = stoppedAt(step);
      const { results } = await settle(root, journal);
      expect(results).toEqual([{ id, result: "deleted", code: "found_gone", bytesFreed: 0 }]);
      await expectSettled(root, journal);
    },
  );

  it("needs no journal to finish what is in the trash, and accounts for it in the new one", async () => {
    const { root, id } = stoppedAt("compared");
    const fresh = createMemoryJournal();
    expect((await settle(root, fresh)).results).toMatchObject([{ id, result: "deleted" }]);
    expect(fresh.events).toMatchObject([{ type: "outcome", id, result: "deleted", code: "recovered" }]);
    await expectSettled(root, fresh);
  });

  it("does not take a newer session of the same name for the one it was", async () => {
    const { root, journal, id } = stoppedAt("sidecar_removed");
    // Made elsewhere, in an inode of its own, since the file system would give it the one that was just freed.
    mkdirSync(`${root}-other`);
    makeSession(`${root}-other`, "placeholder", 1);
    renameSync(join(`${root}-other`, makeSession(`${root}-other`, "a", 1)), join(root, id));
    const before = describeTree(join(root, id));
    expect((await settle(root, journal)).results).toMatchObject([{ id, result: "deleted", code: "found_gone" }]);
    expect(describeTree(join(root, id))).toEqual(before);
  });

  it("puts back what the trash holds in place of the planned session", async () => {
    const { root, journal, id } = stoppedAt("claimed");
    const claim = join(root, TRASH_NAME, claimIn(root));
    renameSync(claim, `${root}-aside`);
    execFileSync("cp", ["-a", `${root}-aside`, claim]);
    expect((await settle(root, journal)).results).toMatchObject([{ id, result: "kept", code: "changed" }]);
    expect(readdirSync(join(root, id))).toContain("metadata.json");
    await expectSettled(root, journal);
  });

  it("leaves alone what has no record in the trash, and reports it", async () => {
    const { root, journal } = stoppedAt("compared");
    const sidecar = trashOf(root).find((name) => name.endsWith(".json")) ?? "";
    const claim = claimIn(root);
    rmSync(join(root, TRASH_NAME, sidecar));
    mkdirSync(join(root, TRASH_NAME, "stray"));
    const { results, leftovers } = await settle(root, journal);
    expect(results).toEqual([]);
    expect(leftovers.map(({ id, code }) => `${id} ${code}`).sort()).toEqual(
      [`${claim} no_sidecar`, "stray no_sidecar"].sort(),
    );
    expect(readdirSync(join(root, TRASH_NAME, claim))).toContain("metadata.json");
  });

  it.each([
    ["not JSON", "{"],
    ["of another batch", JSON.stringify({ ...sidecar(), batchId: "run-1-0123456789abcdef" })],
    ["leading out of the root", JSON.stringify(sidecar({ id: "../elsewhere" }))],
    ["naming the root itself", JSON.stringify(sidecar({ id: ".." }))],
    ["naming a claim elsewhere", JSON.stringify(sidecar({ claimId: "../elsewhere" }))],
    ["naming another batch's claim", JSON.stringify(sidecar({ claimId: "run-1-0123456789abcdef.0" }))],
    ["naming a marker elsewhere", JSON.stringify(sidecar({ markerName: "../metadata.json" }))],
    ["of another version", JSON.stringify({ ...sidecar(), version: 3 })],
    ["without an identity", JSON.stringify(sidecar({ identity: null }))],
  ])("trusts no record that is %s", async (_what, text) => {
    const { root, journal } = stoppedAt(null);
    mkdirSync(join(root, TRASH_NAME, CLAIM));
    writeFileSync(join(root, TRASH_NAME, CLAIM, "file"), "precious");
    writeFileSync(join(root, TRASH_NAME, `${BATCH}.json`), text);
    const { results, leftovers } = await settle(root, journal);
    expect({ results, count: leftovers.length }).toEqual({ results: [], count: 2 });
    expect(readdirSync(join(root, TRASH_NAME, CLAIM))).toEqual(["file"]);
  });

  it("finishes what the version before batches had left", async () => {
    const { root, journal } = stoppedAt(null);
    const id = makeSession(root, "old", 1);
    renameSync(join(root, id), join(root, TRASH_NAME, BATCH));
    const stats = statSync(join(root, TRASH_NAME, BATCH), { bigint: true });
    const marker = readFileSync(join(root, TRASH_NAME, BATCH, "metadata.json"));
    const markerDigest = createHash("sha256").update(marker).digest("hex");
    const { version, claims, batchId, ...batch } = sidecar();
    const identity = { dev: String(stats.dev), ino: String(stats.ino), markerDigest };
    const old = { version: 1, ...batch, ...claims[0], claimId: BATCH, id, identity };
    writeFileSync(join(root, TRASH_NAME, `${BATCH}.json`), JSON.stringify(old));
    expect((await settle(root, journal)).results).toMatchObject([{ id, result: "deleted", code: "recovered" }]);
    await expectSettled(root, journal);
  });

  it("removes what a crash left of writing a record", async () => {
    const { root, journal } = stoppedAt(null);
    writeFileSync(join(root, TRASH_NAME, "run-1-0.json.tmp"), "{");
    expect(await settle(root, journal)).toEqual({ results: [], leftovers: [] });
    expect(trashOf(root)).toEqual([]);
  });

  it("takes another directory at the root's path for no evidence at all", async () => {
    const { root, journal, id } = stoppedAt("compared");
    renameSync(root, `${root}-unmounted`);
    mkdirSync(root);
    expect(await settle(root, journal)).toEqual({ results: [], leftovers: [{ id, code: "root_changed" }] });
    expect(await journal.openIntents({ name: "recordings", root })).toHaveLength(1);
  });
});

const BATCH = "run-0-0123456789abcdef";
const CLAIM = `${BATCH}.0`;

function sidecar(claim: object = {}) {
  const identity = { dev: "1", ino: "1", markerDigest: "x" };
  const times = { claimedAtMs: NOW_MS, purgeAfterMs: null };
  const whole = { claimId: CLAIM, id: "a_20240101_103000", identity, rule: "beyond_keep", ...times, bytes: null };
  const claims = [{ ...whole, markerName: "metadata.json", metadata: "", ...claim }];
  return { version: 2, batchId: BATCH, runId: "run-0", target: "recordings", planId: "plan", claims };
}

/** The one claim in a trash. */
function claimIn(root: string): string {
  return trashOf(root).find((name) => !name.endsWith(".json")) ?? "";
}

/** A run over two sessions in a process that was killed right after this step of taking the older one. */
function stoppedAt(step: Step | null) {
  const root = makeRoot();
  const id = makeSession(root, "a", 1);
  makeSession(root, "b", 2);
  const before = describeTree(root);
  const journalPath = join(dirname(root), "journal");
  const { signal, stderr } = runChild({ root, journalPath, ...(step === null ? {} : { killAfter: { step, nth: 1 } }) });
  expect({ signal, stderr }).toEqual({ signal: step === null ? null : "SIGKILL", stderr: "" });
  return { root, journal: readJournal(journalPath), id, before };
}

async function settle(root: string, journal: MemoryJournal): Promise<Settled> {
  const results: SessionResult[] = [];
  const onResult = (result: SessionResult) => results.push(result);
  const options = { runId: "run-2", journal, nowMs: () => NOW_MS, onResult };
  const { leftovers } = await settleOpenIntents(makeTarget(root), options);
  return { results, leftovers };
}

type Settled = Pick<SettleResult, "leftovers"> & { readonly results: readonly SessionResult[] };

async function expectSettled(root: string, journal: MemoryJournal): Promise<void> {
  expect(trashOf(root)).toEqual([]);
  expect(await journal.openIntents({ name: "recordings", root })).toEqual([]);
  expect(await settle(root, journal)).toEqual({ results: [], leftovers: [] });
}
