import { spawn } from "node:child_process";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { canUseHandles } from "./directory/can-use-handles.js";
import {
  BYTE_NAMES,
  CONTENTS,
  canMake,
  LINKS,
  MOUNTED,
  makeSparse,
  type Need,
  NO_FILES,
  OBSTACLES,
  ODD_NAMES,
  type OddThing,
} from "./odd-things.test.fixture.js";
import { formatSessionName } from "./recorder/session-name.js";
import type { CleanupReport } from "./report.js";
import { runOn } from "./run/run-support.test.fixture.js";
import type { Safety } from "./safety.js";
import { decodeName, entryPath } from "./scan/entry-name.js";
import {
  describeTree,
  makeRoot,
  makeSession,
  markerOf,
  NOW_MS,
  namesIn,
  trashOf,
} from "./test-support.test.fixture.js";
import { createMemoryJournal } from "./testing/memory-journal.js";
import { TRASH_NAME } from "./trash/trash-name.js";

const SAFETIES: readonly Safety[] = canUseHandles() ? ["handles", "path"] : ["path"];

const INVALID = Buffer.concat([Buffer.from('{"session_id":"'), Buffer.from([0xff]), Buffer.from('"}')]);

/** What stands among the sessions, or in one of them as its marker or its hold, and the code that its entry gets. */
const STANDING: readonly (readonly [as: string, OddThing, code: string])[] = [
  ...NO_FILES.map((odd) => ["an entry", odd, "unknown:not_a_directory"] as const),
  ...LINKS.map((odd) => ["an entry", odd, "unknown:symlink"] as const),
  ["an entry", { what: "a file", make: (path) => writeFileSync(path, "") }, "unknown:not_a_directory"],
  ["an entry", { what: "a link to a session", make: linkToSession }, "unknown:symlink"],
  ["an entry", MOUNTED, "unknown:other_device"],
  ...NO_FILES.map((odd) => ["a marker", odd, "unknown:marker_not_a_file"] as const),
  ...LINKS.map((odd) => ["a marker", odd, "unknown:marker_not_a_file"] as const),
  ["a marker", { what: "a link to a valid marker", make: linkToMarker }, "unknown:marker_not_a_file"],
  ["a marker", { what: "a directory", make: (path) => mkdirSync(path) }, "unknown:marker_not_a_file"],
  ["a marker", { what: "3 GB of nothing", make: (path) => makeSparse(path, 3 * 2 ** 30) }, "unknown:marker_too_large"],
  ["a marker", { what: "no UTF-8", make: (path) => writeFileSync(path, INVALID) }, "unknown:marker_unreadable"],
  ["a marker", { what: "a hard link to another's", make: linkHardToMarker }, "unknown:marker_mismatch"],
  ...[...NO_FILES, ...LINKS].map((odd) => ["a hold", odd, "held"] as const),
  ["a hold", { what: "a directory", make: (path) => mkdirSync(path) }, "held"],
];

describe.each(SAFETIES)("a root full of odd things, by %s", (safety) => {
  const can = (need: Need | undefined) => need === undefined || (need === "handles" ? safety === need : canMake(need));
  const standing = STANDING.filter(([, { needs }]) => can(needs));
  const contents = CONTENTS.filter(({ needs }) => can(needs));
  const obstacles = OBSTACLES.filter(({ needs }) => can(needs));
  const world = makeWorld(safety);
  let before: string[];
  let told: Told;

  // All at once and one run: that none of them stops the others is half of what is promised.
  beforeAll(async () => {
    for (const [index, [as, odd]] of standing.entries())
      put(odd, { world, place: placeFor(`standing-${index}`, as, world) });
    for (const [index, odd] of contents.entries())
      put(odd, { world, place: placeIn(`content-${index}`, "odd", world) });
    for (const [index, odd] of obstacles.entries())
      put(odd, { world, place: placeIn(`obstacle-${index}`, "odd", world) });
    for (const name of [...ODD_NAMES, ...BYTE_NAMES]) makeLookAlike(world.root, name);
    before = describeTree(world.outside);
    told = await cleanUp(world, safety);
  }, 60_000);

  afterAll(() => {
    for (const undo of world.undo) undo();
    rmSync(world.parent, { recursive: true, force: true });
  });

  it.each(standing.map(([as, { what }, code], index) => [what, as, code, index] as const))(
    "leaves %s as %s alone: %s",
    (_what, _as, code, index) => {
      expect(told.rules.get(nameOf(`standing-${index}`))).toBe(code);
      expect(told.after.get(nameOf(`standing-${index}`))).toEqual(told.before.get(nameOf(`standing-${index}`)));
    },
  );

  it("leaves every odd name alone: name_mismatch", () => {
    for (const name of [...ODD_NAMES, ...BYTE_NAMES]) {
      expect(told.rules.get(decodeName(name).display)).toBe("unknown:name_mismatch");
      expect(told.after.get(name.toString("latin1"))).toEqual(told.before.get(name.toString("latin1")));
    }
    expect(told.report.unknown["name_mismatch"]).toBe(ODD_NAMES.length + BYTE_NAMES.length);
  });

  it.each(contents.map(({ what }, index) => [what, index] as const))(
    "deletes a session with %s in it",
    (_what, index) => {
      expect(told.rules.get(nameOf(`content-${index}`))).toBe("beyond_keep");
      expect(told.outcomes.get(nameOf(`content-${index}`))).toBe("deleted ok");
      expect(told.after.has(nameOf(`content-${index}`))).toBe(false);
    },
  );

  it.each(obstacles.map(({ what, ends }, index) => [ends, what, index] as const))(
    "says %s of a session with %s",
    (ends, _what, index) => {
      const id = nameOf(`obstacle-${index}`);
      const [result, code] = ends.split(" ");
      expect(told.report.failed).toContainEqual({ id, code });
      if (result === "kept") expect(told.after.get(id)).toEqual(told.before.get(id));
      else expect(told.outcomes.get(id)).toBe(ends);
    },
  );

  it("lets nothing of it stop the run, and loses the marker of nothing that could not be deleted", () => {
    expect(told.report).toMatchObject({ outcome: "failed", error: null, partial: false });
    expect(told.report.failedCount).toBe(obstacles.length);
    expect(told.report.deletedCount).toBe(contents.length + world.old.length);
    const claims = trashOf(world.root).filter((name) => !name.endsWith(".json"));
    expect(claims).toHaveLength(obstacles.filter(({ ends }) => ends.startsWith("in_trash")).length);
    for (const claim of claims) expect(readdirSync(join(world.root, TRASH_NAME, claim))).toContain("metadata.json");
  });

  it("gives every entry one code, which add up to the listing and to what is left", () => {
    const { owned, active, held, unread, unknown, listed, deletedCount, candidates, keptCount } = told.report;
    const unknownCount = Object.values(unknown).reduce((sum, count) => sum + count, 0);
    // The trash is ours; the root's own marker is written after the listing.
    expect(owned + active + held + unread + unknownCount + 1).toBe(listed);
    expect(told.before.size + 1).toBe(listed);
    expect(told.rules.size).toBe(listed - 1);
    expect(candidates + keptCount + unknownCount).toBe(listed - 1);
    const claimed = trashOf(world.root).filter((name) => !name.endsWith(".json")).length;
    expect(told.after.size + deletedCount + claimed).toBe(told.before.size);
  });

  it("touches nothing outside", () => {
    expect(describeTree(world.outside)).toEqual(before);
  });

  it("goes on deleting what somebody goes on writing to, by its name and from inside", {
    timeout: 60_000,
  }, async () => {
    const { root } = makeSmallWorld();
    const [byName = "", inside = ""] = namesIn(root).map((id) => join(root, id));
    const writers = [write(byName, 'echo x > "$0/late-$n"'), write(inside, "echo x > late-$n")];
    const journal = createMemoryJournal();
    const first = await runOn(root, { safety, journal }, FEARLESS);
    expect(first.failed.filter(({ code }) => code !== "not_empty")).toEqual([]);
    expect(namesIn(root)).toHaveLength(1);
    for (const writer of writers) await stop(writer);
    const nextDay = { nowMs: () => NOW_MS + 86_400_000, journal };
    expect(await runOn(root, { ...nextDay, safety, runId: "run-2" })).toMatchObject({ outcome: "done" });
    expect(trashOf(root)).toEqual([]);
  });

  it("is content with what others delete meanwhile, and counts it once", { timeout: 60_000 }, async () => {
    const { root } = makeSmallWorld();
    for (let day = 40; day < 160; day += 1) makeSession(root, "many", day);
    const others = ended(spawn("sh", ["-c", 'rm -rf "$0"/many_*', root], { stdio: "ignore" }));
    const report = await runOn(root, { safety }, FEARLESS);
    await others;
    expect(report).toMatchObject({ outcome: "done", failed: [] });
    expect(report.deletedCount + report.skippedCount).toBe(report.candidates);
    expect(await runOn(root, { safety, runId: "run-2" }, FEARLESS)).toMatchObject({ outcome: "done", candidates: 0 });
    expect(namesIn(root)).toHaveLength(1);
  });
});

const STARTED = new Date(Date.UTC(2024, 0, 1, 10, 30));
const FEARLESS = { maxDeleteRatio: 1 };

interface World {
  readonly parent: string;
  readonly root: string;
  readonly outside: string;
  /** Two sessions like any other that are to be deleted. */
  readonly old: readonly string[];
  readonly undo: (() => void)[];
}

function makeWorld(safety: Safety): World {
  const parent = mkdtempSync(join(realpathSync(tmpdir()), `odd-${safety}-`));
  const [root, outside] = [join(parent, "recordings"), join(parent, "outside")];
  mkdirSync(root);
  mkdirSync(join(outside, "deep"), { recursive: true });
  for (const name of ["precious", "deep/precious"]) writeFileSync(join(outside, name), "precious");
  const old = [makeSession(root, "old", 10), makeSession(root, "old", 11)];
  makeSession(root, "young", 365);
  return { parent, root, outside, old, undo: [] };
}

/** Two sessions that are to be deleted and one that is not. */
function makeSmallWorld(): { root: string } {
  const root = makeRoot();
  for (const day of [1, 2, 365]) makeSession(root, "a", day);
  return { root };
}

function put(odd: OddThing, { world, place }: { world: World; place: string }): void {
  odd.make(place, world.outside);
  world.undo.push(() => odd.undo?.(place));
  if (odd.undo !== undefined) world.undo.push(() => odd.undo?.(join(world.root, TRASH_NAME)));
}

function nameOf(sessionId: string): string {
  return formatSessionName(sessionId, STARTED);
}

/** Where an odd thing stands that is an entry of the root itself, or one in a session. */
function placeFor(sessionId: string, as: string, world: World): string {
  if (as === "an entry") return join(world.root, nameOf(sessionId));
  return as === "a hold"
    ? placeIn(sessionId, ".hold", world)
    : join(world.root, makeSession(world.root, sessionId, 1, { marker: null }), "metadata.json");
}

function placeIn(sessionId: string, name: string, { root }: World): string {
  return join(root, makeSession(root, sessionId, 1), name);
}

function makeLookAlike(root: string, name: Buffer): void {
  mkdirSync(entryPath(root, name));
  writeFileSync(entryPath(entryPath(root, name), Buffer.from("metadata.json")), JSON.stringify(markerOf("a", STARTED)));
}

/** What a run said and did. */
interface Told {
  readonly report: CleanupReport;
  /** By the name as the journal has it. */
  readonly rules: ReadonlyMap<string, string>;
  readonly outcomes: ReadonlyMap<string, string>;
  /** The entries and what is in each, by their names' bytes. */
  readonly before: ReadonlyMap<string, readonly string[]>;
  readonly after: ReadonlyMap<string, readonly string[]>;
}

async function cleanUp({ root }: World, safety: Safety): Promise<Told> {
  const journal = createMemoryJournal();
  const before = describeEntries(root);
  const report = await runOn(root, { journal, safety }, FEARLESS);
  const rules = new Map(journal.decisionsOf("run-1").map(({ id, rule }) => [id, rule]));
  const outcomes = journal.events.flatMap((event) =>
    event.type === "outcome" ? [[event.id, `${event.result} ${event.code}`] as const] : [],
  );
  return { report, rules, outcomes: new Map(outcomes), before, after: describeEntries(root) };
}

function describeEntries(root: string): Map<string, string[]> {
  // What is deleted in any case need not be looked into, and cannot: it is deeper than a path may be long.
  const names = readdirSync(root, { encoding: "buffer" }).filter(
    (name) => !/^\.caretaker/.test(name.toString("latin1")),
  );
  return new Map(names.map((name) => [name.toString("latin1"), describeOne(entryPath(root, name))]));
}

function describeOne(path: Buffer): string[] {
  const stats = lstatSync(path);
  const line = `${stats.mode} ${stats.ino} ${stats.nlink}`;
  if (!stats.isDirectory() || path.includes("/content-")) return [line];
  return [line, ...describeTree(path, new Set())];
}

function linkToSession(path: string): void {
  const [session = ""] = readdirSync(dirname(path));
  symlinkSync(session, path);
}

/** Its own marker in every word, somewhere else. */
function linkToMarker(path: string, outside: string): void {
  const session = basename(dirname(path));
  const marker = markerOf(session.split("_", 1).join(), STARTED);
  writeFileSync(join(outside, `marker-of-${session}`), JSON.stringify(marker));
  symlinkSync(join(outside, `marker-of-${session}`), path);
}

function linkHardToMarker(path: string): void {
  const root = join(path, "../..");
  const [session = ""] = readdirSync(root).filter((name) => name.startsWith("young"));
  linkSync(join(root, session, "metadata.json"), path);
}

function write(directory: string, command: string) {
  const writer = spawn("sh", ["-c", `cd "$0" && n=0; while :; do n=$((n + 1)); ${command}; done`, directory], {
    stdio: "ignore",
    detached: true,
  });
  onTestFinished(() => void writer.kill("SIGKILL"));
  return writer;
}

function stop(writer: ReturnType<typeof spawn>): Promise<unknown> {
  writer.kill("SIGKILL");
  return ended(writer);
}

function ended(child: ReturnType<typeof spawn>): Promise<unknown> {
  return new Promise((resolve) => child.once("close", resolve));
}
