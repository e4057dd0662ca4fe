import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { canUseHandles } from "../src/directory/can-use-handles.js";
import {
  applyPlan,
  FAILURE_CODES,
  openTrash,
  planCleanup,
  type Safety,
  type SessionResult,
  scan,
  settleOpenIntents,
  type TargetOptions,
  TRASH_NAME,
} from "../src/index.js";
import { describeTree, makeRoot, makeSession, makeTarget, NOW_MS, namesIn } from "../src/test-support.test.fixture.js";
import { createMemoryJournal } from "../src/testing/memory-journal.js";
import { BALLAST_NAME } from "../src/trash/trash-name.js";

/** Sessions for each attack and pass: some 800 in all, and thousands of exchanges a run. A soak sets more. */
const SESSIONS = Number(process.env["CARETAKER_RACE_SESSIONS"] ?? 20);
const PASSES = 3;
/** From the first day that a session may be of. */
const DAYS_BEFORE_NOW = (NOW_MS - Date.UTC(2024, 0, 1)) / 86_400_000;
const SCRATCH = mkdtempSync(join(realpathSync(tmpdir()), "race-"));
const ATTACKER = compileAttacker();

afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }));

/** Two names in a directory that are exchanged over and over; a `held` directory is followed wherever it goes. */
type Pair = readonly [how: "held" | "path", directory: string, one: string, other: string];

interface World {
  readonly root: string;
  /** A directory beside the root, of which nothing may ever be touched. */
  readonly outside: string;
  /** Old sessions, all of them to be deleted, the newest kept. */
  readonly ids: readonly string[];
}

interface Attack {
  readonly what: string;
  /** By path only what cannot change the root itself is promised, and what does not hold a directory open. */
  readonly safeties: readonly Safety[];
  /** Prepares what is exchanged, and says it. */
  arrange(world: World, safety: Safety): Pair[];
  /** Default: the newest session. */
  readonly keep?: NonNullable<TargetOptions["keep"]>;
  /** The root or the trash itself is attacked: to be refused is all that may happen then. */
  readonly mayBeRefused?: true;
}

const BOTH: readonly Safety[] = ["handles", "path"];

const ATTACKS: readonly Attack[] = [
  {
    what: "an innocent directory in a session's place",
    safeties: BOTH,
    arrange: ({ root, ids }) =>
      ids.map((id, index): Pair => {
        makeSession(root, "innocent", 1, { name: `innocent-${index}`, marker: null });
        return ["path", root, id, `innocent-${index}`];
      }),
  },
  {
    what: "a newer session in an older one's place",
    safeties: BOTH,
    keep: { within: `${DAYS_BEFORE_NOW - SESSIONS - 5}d` },
    arrange: ({ root, ids }) =>
      ids.map((id, index): Pair => ["path", root, id, makeSession(root, "newer", SESSIONS + 10 + index)]),
  },
  {
    what: "a link to another directory in a session's place",
    safeties: BOTH,
    arrange: ({ root, outside, ids }) =>
      ids.map((id, index): Pair => {
        symlinkSync(join(outside, makeSession(outside, "a", index + 1)), join(root, `link-${index}`));
        return ["path", root, id, `link-${index}`];
      }),
  },
  {
    what: "a link in the place of a directory in a session",
    safeties: BOTH,
    arrange: ({ root, outside, ids }, safety) => {
      fill(outside);
      return ids.map((id): Pair => {
        fill(join(root, id, "sub"));
        symlinkSync(outside, join(root, id, "link"));
        return [holding(safety), join(root, id), "sub", "link"];
      });
    },
  },
  {
    what: "a pipe and a file in the place of directories in a session",
    safeties: BOTH,
    arrange: ({ root, ids }, safety) =>
      ids.flatMap((id): Pair[] => {
        fill(join(root, id, "one"));
        fill(join(root, id, "two"));
        makePipe(join(root, id, "pipe"));
        const how = holding(safety);
        return [
          [how, join(root, id), "one", "pipe"],
          [how, join(root, id), "two", "video.mp4"],
        ];
      }),
  },
  {
    what: "links and pipes in the place of a session's marker and files",
    safeties: BOTH,
    arrange: ({ root, outside, ids }, safety) => {
      fill(outside);
      return ids.flatMap((id): Pair[] => {
        linkSync(join(root, id, "metadata.json"), join(outside, `marker-of-${id}`));
        symlinkSync(join(outside, `marker-of-${id}`), join(root, id, "link"));
        makePipe(join(root, id, "pipe"));
        symlinkSync(join(outside, "file-1"), join(root, id, "another"));
        const [how, directory] = [holding(safety), join(root, id)];
        return [
          [how, directory, "metadata.json", "link"],
          [how, directory, "metadata.json", "pipe"],
          [how, directory, "video.mp4", "another"],
        ];
      });
    },
  },
  {
    what: "another directory in the root's place",
    safeties: ["handles"],
    mayBeRefused: true,
    arrange: ({ root, outside, ids }) => {
      for (const id of ids) makeSession(outside, "a", 1, { name: id, marker: null });
      return [["path", dirname(root), "recordings", "outside"]];
    },
  },
  {
    what: "another directory in the trash's place",
    safeties: ["handles"],
    mayBeRefused: true,
    arrange: ({ root }) => {
      openTrash(root);
      mkdirSync(join(root, "decoy"), { mode: 0o700 });
      makeSession(join(root, "decoy"), "a", 1);
      fill(join(root, "decoy", "run-1-0123456789abcdef.0"));
      return [["path", root, TRASH_NAME, "decoy"]];
    },
  },
];

const ROUNDS = ATTACKS.flatMap(({ what, safeties, ...attack }) =>
  safeties.filter((safety) => safety === "path" || canUseHandles()).map((safety) => ({ what, safety, ...attack })),
);

describe.skipIf(ATTACKER === null)("a process that exchanges, at every moment (needs a C compiler and Linux)", () => {
  it.each(ROUNDS)(
    "$what, by $safety: nothing but planned sessions is touched",
    { timeout: 120_000 },
    async (attack) => {
      const { arrange, keep = { last: 1 } } = attack;
      const world = makeWorld();
      const pairs = arrange(world, attack.safety);
      const inodes = pairs.map(([, directory, one]) => inodeOf(join(directory, one)));
      const sessions = new Set(world.ids.map((id) => inodeOf(join(world.root, id))));
      const before = treesIn(world, sessions);
      const attacker = await startAttacker(pairs);
      const results: SessionResult[] = [];
      for (let pass = 0; pass < PASSES; pass += 1) results.push(...(await cleanUp(world.root, { ...attack, keep })));
      const exchanged = await stopAttacker(attacker);
      for (const [index, pair] of pairs.entries()) exchangeBack(pair, inodes[index]);
      // What was put aside when the attack ended is settled in peace.
      await cleanUp(world.root, { ...attack, keep, mayBeRefused: undefined });
      expect(exchanged).toBeGreaterThan(pairs.length * PASSES);
      if (attack.mayBeRefused === undefined) expect(results.length).toBeGreaterThan(0);
      expect(results.filter(({ code }) => !isKnown(code))).toEqual([]);
      expect(treesIn(world, sessions)).toEqual(before);
      expectWhole(world.root, sessions);
    },
  );
});

function makeWorld(): World {
  const root = makeRoot();
  const outside = join(dirname(root), "outside");
  mkdirSync(outside);
  const ids = Array.from({ length: SESSIONS }, (_, index) => makeSession(root, "a", index + 1));
  makeSession(root, "newest", 3 * SESSIONS + 20);
  return { root, outside, ids };
}

function holding(safety: Safety): "held" | "path" {
  return safety === "handles" ? "held" : "path";
}

function fill(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (let index = 0; index < 5; index += 1) writeFileSync(join(directory, `file-${index}`), "precious");
}

function makePipe(path: string): void {
  expect(spawnSync("mkfifo", [path]).status).toBe(0);
}

function inodeOf(path: string): number {
  return lstatSync(path).ino;
}

/** Undoes what the attack left exchanged. */
function exchangeBack([, directory, one, other]: Pair, ino: number | undefined): void {
  const [place, otherPlace] = [join(directory, one), join(directory, other)];
  if (!lstatSync(place, { throwIfNoEntry: false })) return;
  if (lstatSync(otherPlace, { throwIfNoEntry: false })?.ino !== ino) return;
  renameSync(place, `${place}-aside`);
  renameSync(otherPlace, place);
  renameSync(`${place}-aside`, otherPlace);
}

interface CleanUp {
  readonly safety: Safety;
  readonly keep: NonNullable<TargetOptions["keep"]>;
  readonly mayBeRefused?: true | undefined;
}

/** One pass as a run makes it, by its parts: the guards would refuse such a root, which is not what is tried here. */
async function cleanUp(root: string, { safety, keep, mayBeRefused }: CleanUp): Promise<SessionResult[]> {
  const target = makeTarget(root, { keep });
  const results: SessionResult[] = [];
  const onResult = (result: SessionResult) => void results.push(result);
  const options = { runId: "run-1", journal: createMemoryJournal(), nowMs: () => NOW_MS, safety };
  try {
    await settleOpenIntents(target, options);
    const plan = planCleanup(await scan(target, { nowMs: NOW_MS }), target.policy, { nowMs: NOW_MS });
    const { error } = await applyPlan(plan, { ...options, target, onResult });
    expect({ error, count: results.length }).toEqual({ error: null, count: plan.candidates.length });
  } catch (error) {
    const { code = "" } = error as { code?: string };
    if (mayBeRefused !== true || !/^ERR_(PLAN|ROOT|TRASH)_REFUSED$/.test(code)) throw error;
  }
  return results;
}

function isKnown(code: string): boolean {
  return code === "ok" || FAILURE_CODES.some((known) => known === code);
}

/** What must not change, by inode: every directory of the root that is no old session, the outside, and the links. */
function treesIn({ root, outside }: World, sessions: ReadonlySet<number>): string[] {
  const aside = [outside, root, join(root, TRASH_NAME)].filter((path) => lstatSync(path, { throwIfNoEntry: false }));
  return aside.flatMap((directory) =>
    readdirSync(directory)
      .map((name) => join(directory, name))
      .filter((path) => !isOurs(path) && !sessions.has(inodeOf(path)))
      .map((path) => `${inodeOf(path)}\n${contentOf(path)}`)
      .sort(),
  );
}

function isOurs(path: string): boolean {
  return path.endsWith(TRASH_NAME) || path.endsWith(".json") || basename(path) === BALLAST_NAME;
}

function contentOf(path: string): string {
  const stats = lstatSync(path);
  if (stats.isDirectory()) return withoutTimes(withoutBallast(describeTree(path))).join("\n");
  return stats.isFile() ? readFileSync(path, "utf8") : "";
}

// What stood in the trash's place for a moment may have been given one.
function withoutBallast(lines: readonly string[]): string[] {
  return lines.filter((line) => !line.startsWith(`${BALLAST_NAME} `));
}

// A name and a time change with each exchange; what is inside does not.
function withoutTimes(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/ [\d.]+( [0-9a-f]{64})?$/, "$1"));
}

/** An old session that is still in the root has all of its own. */
function expectWhole(root: string, sessions: ReadonlySet<number>): void {
  for (const name of namesIn(root).filter((name) => sessions.has(inodeOf(join(root, name))))) {
    expect(readdirSync(join(root, name))).toEqual(
      expect.arrayContaining(["metadata.json", "segment_0001.raw", "video.mp4"]),
    );
  }
}

/** The attacker's program; `null` where it cannot be compiled or the file system cannot exchange. */
function compileAttacker(): string | null {
  const program = join(SCRATCH, "swapper");
  const source = fileURLToPath(new URL("./fixtures/swapper.c", import.meta.url));
  const compilers = ["cc", "gcc", "clang"].filter((name) => spawnSync(name, ["--version"]).status === 0);
  const [compiler] = process.platform === "linux" ? compilers : [];
  if (compiler === undefined) return null;
  const { status, stderr } = spawnSync(compiler, ["-O2", "-o", program, source], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${compiler} cannot compile ${source}: ${stderr}`);
  return program;
}

async function startAttacker(pairs: readonly Pair[]): Promise<ChildProcess> {
  const attacker = spawn(ATTACKER ?? "", { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void attacker.kill("SIGKILL"));
  attacker.stdin.end(pairs.map((pair) => `${pair.join("\t")}\n`).join(""));
  const [said] = (await once(attacker.stdout, "data")) as [Buffer];
  expect(said.toString()).toBe("ready\n");
  return attacker;
}

async function stopAttacker(attacker: ChildProcess): Promise<number> {
  let said = "";
  attacker.stdout?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  attacker.kill("SIGTERM");
  await once(attacker, "close");
  return Number(said);
}
