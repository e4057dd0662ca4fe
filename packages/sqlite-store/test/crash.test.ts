import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  adoptSession,
  type CleanupReport,
  defineTarget,
  listTrash,
  type RetentionTarget,
  recorderSessions,
  restoreSession,
  runCleanup,
  type Safety,
  STEPS,
  type Step,
  TRASH_NAME,
} from "@caretaker/retention";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  describeTree,
  makeRoot,
  makeSession,
  NOW_MS,
  namesIn,
  trashOf,
} from "../../retention/src/test-support.test.fixture.ts";
import { type CaretakerDatabase, createCleanupJournal, createTargetLock, openDatabase } from "../src/index.js";

type Point = readonly [step: Step, nth: number];

const KEEP_FOR = "7d";
const DUE_MS = NOW_MS + 8 * 86_400_000;
// The second way of each covers two promises in one crash: files reached by path, and a database that is gone after it.
const WAYS: readonly (readonly [string, Safety, boolean])[] = [
  ["the journal kept, by handles", "handles", false],
  ["the journal lost, by path", "path", true],
];

// When two sessions of three files are taken: the nth times of each step after which the process is killed.
const TAKING = pointsOf({
  ...{ verified: [1], intents: [1], sidecar: [1], claimed: [1, 2], compared: [1, 2], synced: [1] },
  ...{ file_deleted: [1, 2, 3, 4, 5, 6], deleted: [1, 2], sidecar_removed: [1], outcomes: [1] },
});
// Four batches: one is claimed while the one before is deleted and the one before that is journaled.
const MANY = 3 * 64 + 2;
const TAKING_MANY = pointsOf({
  ...{ intents: [2, 3], claimed: [100, 190], file_deleted: [100, 300], deleted: [60, 130] },
  ...{ sidecar_removed: [1, 2], outcomes: [1, 2] },
});
const TRASHING = TAKING.filter(([step]) => !["file_deleted", "deleted", "sidecar_removed"].includes(step));
const PURGING = pointsOf({
  ...{ purge_marked: [1], file_deleted: [1, 3, 4], deleted: [1, 2], outcomes: [1], sidecar_removed: [1] },
});
const SETTLING = pointsOf({ file_deleted: [1, 3, 4], deleted: [1, 2], outcomes: [1], sidecar_removed: [1] });
const GIVING_BACK = pointsOf({ put_back: [1], file_deleted: [1], outcomes: [1], sidecar_removed: [1] });
const RESTORING = pointsOf({
  ...{ restore_marked: [1], pinned: [1], restored: [1], outcomes: [1], sidecar_removed: [1] },
});
const ADOPTING = pointsOf({ adoption_journaled: [1], marker_begun: [1], adopted: [1] });

describe.each(WAYS)("a process killed by SIGKILL, with %s:", (_how, safety, isLost) => {
  const makeWorld = (keepFor: typeof KEEP_FOR | null = null) => new World({ safety, keepFor });

  it.each([...TAKING.map((point) => [2, ...point] as const), ...TAKING_MANY.map((point) => [MANY, ...point] as const)])(
    "taking %d sessions, after %s number %d",
    async (count, ...point) => {
      const world = new World({ safety, keepFor: null, count });
      world.kill("run", point);
      world.expectWholeOrClaimed();
      if (isLost) world.loseDatabase();
      const report = await world.run();
      expect(report).toMatchObject({ outcome: "done", failed: [] });
      if (!isLost) expect(toldOf(report)).toBe(world.old.length);
      world.expectGone(world.old);
      await world.expectSettled();
      expect(toldOf(await world.run())).toBe(0);
    },
  );

  it.each(TRASHING)("taking sessions into the trash, after %s number %d", async (...point) => {
    const world = makeWorld(KEEP_FOR);
    world.kill("run", point);
    world.expectWholeOrClaimed();
    if (isLost) world.loseDatabase();
    expect(await world.run()).toMatchObject({ outcome: "done", failed: [] });
    expect((await listTrash(world.target)).map(({ id }) => id)).toEqual(world.old);
    await world.expectSettled();
    for (const id of world.old) expect(await world.restore(id)).toMatchObject({ status: "restored" });
    world.expectAsBefore();
  });

  it.each(PURGING)("purging the trash, after %s number %d", async (...point) => {
    const world = makeWorld(KEEP_FOR);
    await world.run();
    world.kill("run", point, { nowMs: DUE_MS });
    world.expectWholeOrClaimed();
    if (isLost) world.loseDatabase();
    const report = await world.run(DUE_MS);
    expect(report).toMatchObject({ outcome: "done", failed: [] });
    if (!isLost) expect(toldOf(report)).toBe(world.old.length);
    world.expectGone(world.old);
    await world.expectSettled();
  });

  // Once the trash knows nothing more of a session, only the journal knows that it is pinned.
  it.each(isLost ? RESTORING.slice(0, -1) : RESTORING)("restoring a session, after %s number %d", async (...point) => {
    const world = makeWorld(KEEP_FOR);
    await world.run();
    const [session = "", other = ""] = world.old;
    world.kill("restore", point, { session });
    world.expectWholeOrClaimed();
    if (isLost) world.loseDatabase();
    expect(await world.run()).toMatchObject({ outcome: "done", failed: [], candidates: 0 });
    await world.expectSettled();
    const isBack = namesIn(world.root).includes(session);
    expect((await listTrash(world.target)).map(({ id }) => id)).toEqual(isBack ? [other] : world.old);
    if (!isBack) expect(await world.restore(session)).toMatchObject({ status: "restored" });
    expect(await world.run()).toMatchObject({ outcome: "done", candidates: 0, keptCount: 2 });
    world.expectGone([other]);
    await world.expectSettled();
  });

  it.each(isLost ? [] : SETTLING)("finishing what a crash before left, after %s number %d", async (...point) => {
    const world = makeWorld();
    world.kill("run", ["synced", 1]);
    world.kill("run", point);
    world.expectWholeOrClaimed();
    if (isLost) world.loseDatabase();
    const report = await world.run();
    expect(report).toMatchObject({ outcome: "done", failed: [] });
    expect(toldOf(report)).toBe(world.old.length);
    world.expectGone(world.old);
    await world.expectSettled();
  });

  it.each(isLost ? [] : GIVING_BACK)("giving back what was held in the trash, after %s number %d", async (...point) => {
    const world = makeWorld();
    world.kill("run", ["synced", 1]);
    const [held = "", other = ""] = world.old;
    writeFileSync(join(world.root, TRASH_NAME, world.claimOf(held), ".hold"), "");
    world.kill("run", point);
    if (isLost) world.loseDatabase();
    expect(await world.run()).toMatchObject({ outcome: "done", failed: [], held: 1 });
    rmSync(join(world.root, held, ".hold"));
    world.expectGone([other]);
    await world.expectSettled();
  });

  it.each(pointsOf({ put_back: [1] }))(
    "giving back what was held as it was taken, after %s number %d",
    async (...point) => {
      const world = makeWorld();
      const [held = "", other = ""] = world.old;
      world.kill("run", point, { session: held, holdAt: "sidecar" });
      if (isLost) world.loseDatabase();
      expect(await world.run()).toMatchObject({ outcome: "done", failed: [], held: 1 });
      rmSync(join(world.root, held, ".hold"));
      world.expectGone([other]);
      await world.expectSettled();
    },
  );

  it.each(ADOPTING)("adopting a session, after %s number %d", async (...point) => {
    const world = makeWorld();
    const session = world.makeOrphan();
    const before = describeTree(join(world.root, session)).filter((line) => !line.startsWith("metadata.json"));
    world.kill("adopt", point, { session });
    if (isLost) world.loseDatabase();
    const isAdopted = existsSync(join(world.root, session, "metadata.json"));
    const again = await world.adopt(session);
    expect(again).toMatchObject(isAdopted ? { status: "refused", code: "owned" } : { status: "adopted" });
    const after = describeTree(join(world.root, session)).filter((line) => !line.startsWith("metadata.json"));
    expect(after).toEqual(before);
    // Nothing half-written is left anywhere: the session is owned, and goes as the oldest of four.
    expect(await world.run()).toMatchObject({
      outcome: "done",
      failed: [],
      deletedCount: 3,
      unknown: { name_mismatch: 1 },
    });
    await world.expectSettled();
  });
});

it("every step of taking, purging, restoring, adopting and settling is among these", () => {
  const points = [TAKING, TRASHING, PURGING, SETTLING, GIVING_BACK, RESTORING, ADOPTING].flat();
  expect(new Set(points.map(([step]) => step))).toEqual(new Set(STEPS));
});

function pointsOf(times: Partial<Record<Step, readonly number[]>>): Point[] {
  return Object.entries(times).flatMap(([step, nths]) => nths.map((nth): Point => [step as Step, nth]));
}

interface WorldOptions {
  readonly safety: Safety;
  readonly keepFor: typeof KEEP_FOR | null;
  /** How many sessions there are to be taken; default 2. */
  readonly count?: number;
}

/** The deletions a report makes known, its own and those of runs that did not live to. */
function toldOf({ deletedCount, settledCount, purgedCount, unreportedCount }: CleanupReport): number {
  return deletedCount + settledCount + purgedCount + (unreportedCount ?? 0);
}

/** A root with sessions to be taken, one to be kept and a stranger, and its database. */
class World {
  readonly root = makeRoot();
  readonly old: readonly string[];
  readonly #kept = [makeSession(this.root, "c", 3), makeSession(this.root, "x", 1, { name: "unrelated_notes" })];
  readonly #before: readonly string[];
  readonly #options: WorldOptions;
  readonly target: RetentionTarget;
  #databasePath = join(dirname(this.root), "caretaker.db");
  #runs = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    const others = Array.from({ length: (options.count ?? 2) - 2 }, (_, n) => makeSession(this.root, `b${n}`, 2));
    this.old = [makeSession(this.root, "a", 1), makeSession(this.root, "b", 2), ...others];
    this.#before = describeTree(this.root);
    const trash = options.keepFor === null ? {} : { trash: { keepFor: options.keepFor } };
    const rule = { owns: recorderSessions(), keep: { last: 1 }, maxDeleteRatio: 1, ...trash };
    this.target = defineTarget({ name: "recordings", root: this.root, ...rule });
  }

  /** Does it in a process that kills itself right after this step. */
  kill(act: string, [step, nth]: Point, told: { nowMs?: number; session?: string; holdAt?: Step } = {}): void {
    const child = fileURLToPath(new URL("./fixtures/cleanup-child.mjs", import.meta.url));
    const options = { act, root: this.root, databasePath: this.#databasePath, killAfter: { step, nth }, nowMs: NOW_MS };
    const argument = JSON.stringify({ ...options, ...this.#options, ...told });
    const { signal, stdout, stderr } = spawnSync(process.execPath, [child, argument], { encoding: "utf8" });
    expect({ signal, stdout, stderr }).toEqual({ signal: "SIGKILL", stdout: "", stderr: "" });
  }

  loseDatabase(): void {
    this.#databasePath = join(dirname(this.root), "another.db");
  }

  run(nowMs = NOW_MS): Promise<CleanupReport> {
    const clock = { nowMs: () => nowMs, readClock: () => ({ bootId: "boot", upMs: nowMs - NOW_MS + 3_600_000 }) };
    return this.#withPorts((ports) => runCleanup(this.target, { ...ports, ...clock, dryRun: false }));
  }

  restore(session: string) {
    return this.#withPorts((ports) => restoreSession(this.target, { ...ports, session, nowMs: () => NOW_MS }));
  }

  adopt(session: string) {
    return this.#withPorts((ports) => adoptSession(this.target, session, { ...ports, nowMs: NOW_MS }));
  }

  async #withPorts<Result>(act: (ports: Ports) => Promise<Result>): Promise<Result> {
    const database = openDatabase(this.#databasePath, { log: { info: () => {} } });
    this.#runs += 1;
    const about = { runId: `after-${this.#runs}`, reason: "test", safety: this.#options.safety };
    try {
      return await act({ ...about, journal: createCleanupJournal(database), lock: createTargetLock() });
    } finally {
      database.close();
    }
  }

  makeOrphan(): string {
    const id = makeSession(this.root, "lost", 1, { marker: null });
    const changedAt = new Date(NOW_MS - 86_400_000);
    for (const file of ["segment_0001.raw", "video.mp4", "."])
      utimesSync(join(this.root, id, file), changedAt, changedAt);
    return id;
  }

  claimOf(id: string): string {
    const claims = this.#sidecars().flatMap((sidecar) => sidecar.claims);
    return claims.find((claim) => claim.id === id)?.claimId ?? "";
  }

  #sidecars(): { claims: { id: string; claimId: string; purging?: true; purgeAfterMs: number | null }[] }[] {
    const names = trashOf(this.root).filter((name) => name.endsWith(".json"));
    return names.map((name) => JSON.parse(readFileSync(join(this.root, TRASH_NAME, name), "utf8")));
  }

  /** Each session is untouched in its place, or recorded in the trash: whole, or with its marker until the last. */
  expectWholeOrClaimed(): void {
    const claims = new Map(
      this.#sidecars().flatMap((sidecar) => sidecar.claims.map((claim) => [claim.claimId, claim])),
    );
    const inPlace = [...this.old, ...this.#kept].filter((id) => namesIn(this.root).includes(id));
    expect(describeTree(this.root)).toEqual(this.#linesOf(inPlace));
    for (const name of trashOf(this.root).filter((name) => !/\.json|^lock\.db/.test(name))) {
      const claim = claims.get(name);
      const left = readdirSync(join(this.root, TRASH_NAME, name));
      if (left.length > 0) expect(left).toContain("metadata.json");
      expect(inPlace).not.toContain(claim?.id);
      const isWaiting = claim?.purgeAfterMs !== null && claim?.purging !== true;
      if (isWaiting) expect(left.sort()).toEqual(["metadata.json", "segment_0001.raw", "video.mp4"]);
    }
  }

  #linesOf(ids: readonly string[]): string[] {
    return this.#before.filter((line) => ids.some((id) => line.startsWith(id)));
  }

  expectGone(ids: readonly string[]): void {
    const left = [...this.old, ...this.#kept].filter((id) => !ids.includes(id));
    // The time of a directory changes with what is put into it and taken out again.
    expect(withoutTimes(describeTree(this.root))).toEqual(withoutTimes(this.#linesOf(left)));
  }

  expectAsBefore(): void {
    expect(describeTree(this.root)).toEqual(this.#before);
  }

  /** No intent is open, nothing is in the trash that is not to wait there, and the journal says what the disk shows. */
  async expectSettled(): Promise<void> {
    const database = openDatabase(this.#databasePath, { log: { info: () => {} } });
    onTestFinished(() => database.close());
    expect(createCleanupJournal(database).openIntents(this.target)).toEqual([]);
    const waiting = (await listTrash(this.target)).map(({ claimId }) => claimId);
    const files = trashOf(this.root).filter((name) => !/\.json$|^lock\.db/.test(name));
    expect(files.sort()).toEqual([...waiting].sort());
    for (const { session, claim, result } of lastOutcomes(database)) {
      const where = waiting.includes(claim) ? "trashed" : namesIn(this.root).includes(session) ? "in place" : "deleted";
      expect(`${session} ${where}`).toBe(`${session} ${SHOWN[result]}`);
    }
  }
}

type Ports = Pick<Parameters<typeof restoreSession>[1], "runId" | "reason" | "safety" | "journal" | "lock">;

const SHOWN: Readonly<Record<string, string>> = {
  deleted: "deleted",
  trashed: "trashed",
  kept: "in place",
  restored: "in place",
};

function lastOutcomes({ connection }: CaretakerDatabase) {
  const last = `SELECT session, claim_id AS claim, result FROM cleanup_events WHERE seq IN
    (SELECT max(seq) FROM cleanup_events WHERE type = 'outcome' GROUP BY session)`;
  return connection.prepare(last).all() as { session: string; claim: string; result: string }[];
}

function withoutTimes(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/^(\S+ \d+ \d+) \S+/, "$1"));
}
