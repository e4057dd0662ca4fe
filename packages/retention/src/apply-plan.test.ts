import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ApplyOptions, type ApplyResult, applyPlan } from "./apply-plan.js";
import type { CleanupPlan } from "./cleanup-plan.js";
import { canUseHandles } from "./directory/can-use-handles.js";
import { planCleanup } from "./plan/plan-cleanup.js";
import type { Safety } from "./safety.js";
import { scan } from "./scan/scan.js";
import type { SessionResult } from "./session-result.js";
import type { Step } from "./step.js";
import type { TargetOptions } from "./target.js";
import {
  canMount,
  describeTree,
  makeRoot,
  makeSession,
  makeTarget,
  NOW_MS,
  namesIn,
  trashOf,
} from "./test-support.test.fixture.js";
import { createMemoryJournal } from "./testing/memory-journal.js";

const SAFETIES: readonly Safety[] = canUseHandles() ? ["handles", "path"] : ["path"];

describe.each(SAFETIES)("applyPlan by %s", (safety) => {
  const applyTo = (root: string, plan: CleanupPlan, options: Partial<ApplyOptions> = {}, target: Target = {}) =>
    applyPlanTo(plan, { target: makeTarget(root, target), safety, ...options });
  const apply = async (root: string, options: Partial<ApplyOptions> = {}) =>
    applyTo(root, await makePlan(root), options);

  it("deletes the candidates, oldest first, and leaves nothing in the trash", async () => {
    const root = makeRoot();
    const [b, a, c] = [makeSession(root, "b", 1), makeSession(root, "a", 2), makeSession(root, "c", 3)];
    const { results, partial, error } = await apply(root);
    expect({ partial, error }).toEqual({ partial: false, error: null });
    expect(results).toEqual(
      [b, a].map((id) => ({ id, result: "deleted", code: "ok", bytesFreed: expect.any(Number) })),
    );
    expect(namesIn(root)).toEqual([c]);
    expect(trashOf(root)).toEqual([]);
  });

  it("claims into a private directory, with a record of what and why beside it", async () => {
    const { root, ids } = makeSessions();
    const seen: object[] = [];
    await apply(root, {
      onStep: (step) => {
        if (step !== "claimed") return;
        const sidecar = trashOf(root).find((name) => name.endsWith(".json")) ?? "";
        expect(statSync(join(root, ".caretaker-trash")).mode & 0o777).toBe(0o700);
        seen.push(JSON.parse(readFileSync(join(root, ".caretaker-trash", sidecar), "utf8")));
      },
    });
    const metadata = expect.stringContaining('"session_id":"a"');
    const claims = ids.map((id, index) => {
      const text = index === 0 ? metadata : expect.any(String);
      return expect.objectContaining({ id, rule: "beyond_keep", purgeAfterMs: null, metadata: text });
    });
    expect(seen[0]).toMatchObject({ runId: "run-1", target: "recordings", claims });
  });

  it("writes the intent before anything moves, and the outcome after", async () => {
    const { root, ids } = makeSessions();
    const journal = createMemoryJournal();
    await apply(root, {
      journal,
      onStep: (step) => {
        if (step === "intents") expect(namesIn(root)).toEqual(expect.arrayContaining([...ids]));
      },
    });
    const told = journal.events.map((event) => `${event.type} ${"id" in event ? event.id : ""}`);
    expect(told).toEqual([...ids.map((id) => `intent ${id}`), ...ids.map((id) => `outcome ${id}`)]);
  });

  it.each<[string, string, (path: string, root: string) => void]>([
    ["vanished", "vanished", (path) => rmSync(path, { recursive: true })],
    ["was held", "held", (path) => writeFileSync(join(path, ".hold"), "")],
    ["got another marker", "changed", (path) => appendFileSync(join(path, "metadata.json"), " ")],
    ["lost its marker", "changed", (path) => rmSync(join(path, "metadata.json"))],
    [
      "became a link",
      "changed",
      (path, root) => {
        renameSync(path, join(dirname(root), "elsewhere"));
        symlinkSync(join(dirname(root), "elsewhere"), path);
      },
    ],
    [
      "became another directory",
      "changed",
      (path, root) => {
        renameSync(path, join(dirname(root), "elsewhere"));
        execFileSync("cp", ["-a", join(dirname(root), "elsewhere"), path]);
      },
    ],
  ])("leaves a session alone that %s after the plan, and goes on with the others", async (_what, code, change) => {
    const { root, ids } = makeSessions();
    const plan = await makePlan(root);
    change(join(root, ids[0]), root);
    const before = describeTree(root).filter((line) => line.startsWith(ids[0]));
    const journal = createMemoryJournal();
    const { results } = await applyTo(root, plan, { journal });
    expect(results.map((result) => `${result.id} ${result.result} ${result.code}`)).toEqual([
      `${ids[0]} kept ${code}`,
      `${ids[1]} deleted ok`,
    ]);
    expect(describeTree(root).filter((line) => line.startsWith(ids[0]))).toEqual(before);
    expect(trashOf(root)).toEqual([]);
    // Seen before anything moved, not put back after.
    expect(journal.events.map((event) => "id" in event && event.id)).not.toContain(ids[0]);
  });

  it("puts back what it claimed when that is not what was planned", async () => {
    const { root, ids } = makeSessions();
    const innocent = join(dirname(root), "innocent");
    mkdirSync(innocent);
    writeFileSync(join(innocent, "precious"), "precious");
    const before = describeTree(innocent);
    const { results } = await apply(root, { onStep: once("sidecar", () => swap(join(root, ids[0]), innocent)) });
    expect(results[0]).toMatchObject({ id: ids[0], result: "kept", code: "changed" });
    expect(describeTree(join(root, ids[0]))).toEqual(before);
    expect(trashOf(root)).toEqual([]);
  });

  it.each(["verified", "intents", "sidecar"] as const)(
    "takes nothing else that has a session's name by then: exchanged after %s",
    async (step) => {
      for (const [what, make] of Object.entries(IN_ITS_PLACE)) {
        const { root, ids } = makeSessions();
        const [place, innocent] = [join(root, ids[0]), join(dirname(root), "innocent")];
        mkdirSync(`${innocent}-target`);
        writeFileSync(join(`${innocent}-target`, "precious"), "precious");
        make(innocent, `${innocent}-target`);
        const before = describeTree(dirname(root), new Set(["recordings"]));
        const { results } = await apply(root, { onStep: once(step, () => swap(place, innocent)) });
        expect({ what, ...results[0] }).toMatchObject({ what, id: ids[0], result: "kept", code: "changed" });
        expect(results[1]).toMatchObject({ id: ids[1], result: "deleted" });
        renameSync(place, innocent);
        expect(describeTree(dirname(root), new Set(["recordings", "innocent-aside"]))).toEqual(before);
        expect(readdirSync(`${innocent}-aside`)).toContain("metadata.json");
        expect(trashOf(root)).toEqual([]);
      }
    },
  );

  it("puts a session back that was held at the last moment", async () => {
    const { root, ids } = makeSessions();
    const hold = () => writeFileSync(join(root, ids[0], ".hold"), "");
    const { results } = await apply(root, { onStep: once("sidecar", hold) });
    expect(results[0]).toMatchObject({ id: ids[0], result: "kept", code: "held" });
    expect(readdirSync(join(root, ids[0]))).toContain("metadata.json");
  });

  it("keeps a wrong claim in the trash, whole, when its name was taken meanwhile", async () => {
    const { root, ids } = makeSessions();
    const journal = createMemoryJournal();
    const { results } = await apply(root, {
      journal,
      onStep: (step) => {
        if (step === "sidecar" && namesIn(root).includes(ids[0]))
          appendFileSync(join(root, ids[0], "metadata.json"), " ");
        if (step === "claimed" && !existsSync(join(root, ids[0]))) mkdirSync(join(root, ids[0]));
      },
    });
    expect(results[0]).toMatchObject({ id: ids[0], result: "in_trash", code: "name_taken" });
    const open = await journal.openIntents({ name: "recordings", root });
    expect(open.map(({ id }) => id)).toEqual([ids[0]]);
  });

  it("stops between two sessions when the signal asks for it", async () => {
    const { root } = makeSessions();
    const controller = new AbortController();
    const onStep = once("file_deleted", () => controller.abort());
    const { results, partial } = await apply(root, { signal: controller.signal, onStep });
    expect(partial).toBe(true);
    expect(results.map(({ result, code }) => [result, code])).toEqual([
      ["deleted", "ok"],
      ["kept", "interrupted"],
    ]);
    expect(namesIn(root)).toHaveLength(2);
    expect(trashOf(root)).toEqual([]);
  });

  it("stops at its deadline", async () => {
    const { root } = makeSessions();
    const { results, partial } = await apply(root, { deadlineMs: NOW_MS });
    expect({ count: results.length, partial }).toEqual({ count: 0, partial: true });
    expect((await apply(root, { deadlineMs: NOW_MS + 1 })).partial).toBe(false);
  });

  it("deletes at most maxPerRun, and a session that fails does not use that up", async () => {
    const { root, ids } = makeSessions();
    const plan = await makePlan(root, { maxPerRun: 1 });
    writeFileSync(join(root, ids[0], ".hold"), "");
    const { results, partial } = await applyTo(root, plan, {}, { maxPerRun: 1 });
    expect(results.map(({ result }) => result)).toEqual(["kept", "deleted"]);
    expect(partial).toBe(false);
  });

  it("tells how far it is after each session", async () => {
    const { root } = makeSessions();
    const told: string[] = [];
    await apply(root, { onProgress: ({ done, total, failed }) => told.push(`${done}/${total}, ${failed} failed`) });
    expect(told).toEqual(["1/2, 0 failed", "2/2, 0 failed"]);
  });

  it("deletes nothing once the journal cannot be written, and says so", async () => {
    const { root } = makeSessions();
    const before = describeTree(root);
    const journal = { ...createMemoryJournal(), append: () => Promise.reject(new Error("disk full")) };
    const { results, partial, error } = await apply(root, { journal });
    expect({ results, partial }).toEqual({ results: [], partial: true });
    expect(error).toMatchObject({ message: "disk full" });
    expect(describeTree(root)).toEqual(before);
    expect(trashOf(root)).toEqual([]);
  });

  it("refuses a plan whose policy, root or candidates were changed", async () => {
    const { root } = makeSessions();
    const plan = await makePlan(root);
    await expect(applyTo(root, plan, {}, { keep: { last: 2 } })).rejects.toMatchObject({ code: "ERR_PLAN_REFUSED" });
    await expect(applyTo(root, { ...plan, candidates: [...plan.candidates].slice(1) })).rejects.toThrow("is refused");
    renameSync(root, `${root}-old`);
    execFileSync("cp", ["-a", `${root}-old`, root]);
    await expect(applyTo(root, plan)).rejects.toThrow("another directory");
    expect(namesIn(root)).toHaveLength(3);
  });

  it.each(["", "../x", "a/b", ".hidden", "a".repeat(65), "a\n"])("refuses the run id %j", async (runId) => {
    const { root } = makeSessions();
    await expect(apply(root, { runId })).rejects.toMatchObject({ code: "ERR_INVALID_RUN_ID" });
  });

  it("refuses a trash that others may enter, or that is a link", async () => {
    const { root } = makeSessions();
    mkdirSync(join(root, ".caretaker-trash"));
    chmodSync(join(root, ".caretaker-trash"), 0o755);
    await expect(apply(root)).rejects.toMatchObject({ code: "ERR_TRASH_REFUSED" });
    rmSync(join(root, ".caretaker-trash"), { recursive: true });
    mkdirSync(`${root}-other`);
    symlinkSync(`${root}-other`, join(root, ".caretaker-trash"));
    await expect(apply(root)).rejects.toMatchObject({ code: "ERR_TRASH_REFUSED" });
    expect(namesIn(root)).toHaveLength(3);
  });

  it.skipIf(!canMakeImmutable())(
    "reports a session with an immutable file, keeps its marker, and deletes the others",
    async () => {
      const { root, ids } = makeSessions();
      const journal = createMemoryJournal();
      makeImmutable(root, join(root, ids[0], "segment_0001.raw"));
      const { results } = await apply(root, { journal });
      expect(results.map(({ id, result, code }) => [id, result, code])).toEqual([
        [ids[0], "in_trash", "permission"],
        [ids[1], "deleted", "ok"],
      ]);
      const [claimId = ""] = (await journal.openIntents({ name: "recordings", root })).map((intent) => intent.claimId);
      expect(readdirSync(join(root, ".caretaker-trash", claimId))).toContain("metadata.json");
      expect(trashOf(root)).toEqual([claimId, `${claimId.slice(0, -".0".length)}.json`]);
    },
  );

  it.skipIf(!canMakeImmutable())("leaves a session in its place that cannot be claimed", async () => {
    const { root, ids } = makeSessions();
    makeImmutable(root, join(root, ids[0]));
    const before = describeTree(join(root, ids[0]));
    const { results } = await apply(root);
    expect(results.map(({ result, code }) => [result, code])).toEqual([
      ["kept", "permission"],
      ["deleted", "ok"],
    ]);
    expect(describeTree(join(root, ids[0]))).toEqual(before);
    expect(trashOf(root)).toEqual([]);
  });

  it.skipIf(!canMount())("claims no session that something is mounted in", async () => {
    const { root, ids } = makeSessions();
    const outside = join(dirname(root), "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "precious"), "precious");
    mkdirSync(join(root, ids[0], "mounted"));
    const plan = await makePlan(root);
    execFileSync("mount", ["--bind", outside, join(root, ids[0], "mounted")]);
    try {
      const { results } = await applyTo(root, plan);
      expect(results.map(({ result, code }) => [result, code])).toEqual([
        ["kept", "mount_inside"],
        ["deleted", "ok"],
      ]);
      expect(readdirSync(outside)).toEqual(["precious"]);
    } finally {
      execFileSync("umount", [join(root, ids[0], "mounted")]);
    }
  });
});

const IN_ITS_PLACE: Readonly<Record<string, (path: string, target: string) => void>> = {
  "a directory": (path) => mkdirSync(path),
  "a link to a directory": (path, target) => symlinkSync(target, path),
  "a link to nowhere": (path) => symlinkSync("nowhere", path),
  "a file": (path) => writeFileSync(path, "precious"),
  "a pipe": (path) => execFileSync("mkfifo", [path]),
};

/** Three sessions, of which a plan that keeps the last would delete the two older. */
function makeSessions(): { root: string; ids: readonly [string, string] } {
  const root = makeRoot();
  const ids = [makeSession(root, "a", 1), makeSession(root, "b", 2)] as const;
  makeSession(root, "c", 3);
  return { root, ids };
}

async function makePlan(root: string, options: Partial<TargetOptions> = {}): Promise<CleanupPlan> {
  const target = makeTarget(root, options);
  return planCleanup(await scan(target, { nowMs: NOW_MS }), target.policy, { nowMs: NOW_MS });
}

type Target = Partial<TargetOptions>;
type Applied = ApplyResult & { readonly results: readonly SessionResult[] };

async function applyPlanTo(
  plan: CleanupPlan,
  options: Partial<ApplyOptions> & Pick<ApplyOptions, "target">,
): Promise<Applied> {
  const defaults = { runId: "run-1", journal: createMemoryJournal(), nowMs: () => NOW_MS };
  const results: SessionResult[] = [];
  const onResult = (result: SessionResult) => results.push(result);
  return { ...(await applyPlan(plan, { ...defaults, onResult, ...options })), results };
}

function once(at: Step, act: () => void): (step: Step) => void {
  let isDone = false;
  return (step) => {
    if (isDone || step !== at) return;
    isDone = true;
    act();
  };
}

function swap(one: string, other: string): void {
  renameSync(one, `${other}-aside`);
  renameSync(other, one);
}

function canMakeImmutable(): boolean {
  const path = join(tmpdir(), `immutable-${process.pid}`);
  writeFileSync(path, "");
  const { status } = spawnSync("chattr", ["+i", path]);
  spawnSync("chattr", ["-i", path]);
  rmSync(path);
  return status === 0;
}

function makeImmutable(root: string, path: string): void {
  execFileSync("chattr", ["+i", path]);
  onTestFinished(() => {
    spawnSync("chattr", ["-R", "-i", root]);
  });
}
