import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeSession, namesIn } from "../../../packages/retention/src/test-support.test.fixture.ts";
import { documentOf, scratchDirectory } from "./cli-process.ts";
import { type CliTarget, makeCliTarget } from "./retention-target.ts";

const scratch = scratchDirectory();
const DAY_MS = 86_400_000;

describe("a target whose sessions wait in the trash", () => {
  let target: CliTarget;
  let names: string[];

  beforeAll(async () => {
    target = makeCliTarget(scratch, { trash: { keepFor: "7d" } });
    names = [1, 2, 3].map((day) => makeSession(target.root, "call", day));
    expect((await target.run("retention run recordings --yes")).stdout).toMatch(
      /^done: deleted 0, moved to the trash 2/,
    );
  });

  it.each(["restore recordings", "restore recordings --list"])("%s lists what waits, and until when", async (words) => {
    const { code, stdout } = await target.run(`retention ${words}`);
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/)[0])).toEqual(["SESSION", ...names.slice(0, 2)]);
    expect(stdout).toMatch(/^SESSION +SIZE +SINCE +UNTIL +CLAIM$/m);
  });

  it("refuses a name that nothing in the trash has, and names what there is", async () => {
    const run = await target.run("retention restore recordings nobody");
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toBe(
      `caretaker: nothing called "nobody" is in the trash; there are "${names[0]}", "${names[1]}"`,
    );
  });

  it("refuses to restore onto a name that exists, and touches neither", async () => {
    mkdirSync(join(target.root, String(names[1])));
    const before = [...target.tree(), ...readdirSync(join(target.root, ".caretaker-trash"))];
    const run = await target.run(`retention restore recordings ${names[1]} --json`);
    expect(run.code).toBe(1);
    expect(documentOf(run)).toMatchObject({
      error: { code: "ERR_NAME_TAKEN", message: expect.stringContaining("move it away first") },
    });
    expect([...target.tree(), ...readdirSync(join(target.root, ".caretaker-trash"))]).toEqual(before);
  });

  it("brings one back under its name, and no run takes it again; its life is in the journal", async () => {
    const run = await target.run(`retention restore recordings ${names[0]} --reason needed --json`);
    expect(run.code).toBe(0);
    const document = documentOf<{ pinnedUntilMs: number }>(run);
    expect(document).toMatchObject({ target: "recordings", status: "restored", id: names[0] });
    expect(document.pinnedUntilMs).toBeGreaterThan(Date.now() + 6.9 * DAY_MS);
    expect((await target.run("retention plan recordings")).stdout).toMatch(
      new RegExp(`^keep +restored .*${names[0]}$`, "m"),
    );
    expect((await target.run("retention run recordings --yes")).code).toBe(0);
    expect(namesIn(target.root)).toContain(names[0]);
    const history = await target.run(`retention history recordings ${names[0]}`);
    expect(history.code).toBe(0);
    const whats = history.stdout.split("\n").map((line) => line.split(/ {2,}/)[1]);
    expect(whats).toEqual(["WHAT", "beyond_keep", "intent", "trashed", "pinned", "restored", "restored"]);
    expect(history.stdout).toMatch(/pinned +cli-\S+ +until .*: needed, by \S+ with caretaker$/m);
  });
});

it("restoring from a root that has no trash makes none", async () => {
  const target = makeCliTarget(scratch);
  const run = await target.run("retention restore recordings nobody");
  expect(run.stderr).toBe('caretaker: nothing called "nobody" is in the trash; nothing waits there');
  expect(readdirSync(target.root)).toEqual([]);
  expect((await target.run("retention restore recordings")).stdout).toBe("nothing waits in the trash");
});

describe("retention history", () => {
  it("tells the runs newest first, as many as asked for, and needs no root", async () => {
    const target = makeCliTarget(scratch);
    expect((await target.run("retention history recordings")).stdout).toBe("the journal has no run of it");
    makeSession(target.root, "call", 1);
    makeSession(target.root, "call", 2);
    await target.run("retention run recordings --yes");
    await target.run("retention plan recordings");
    rmSync(target.root, { recursive: true });
    const { code, stdout } = await target.run("retention history recordings");
    expect(code).toBe(0);
    const rows = stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(rows.map((row) => row.slice(1, 5))).toEqual([
      ["OUTCOME", "DELETED", "TRASHED", "FAILED"],
      ["done, dry", "0", "0", "0"],
      ["done", "1", "0", "0"],
    ]);
    expect((await target.run("retention history recordings --limit 1")).stdout.split("\n")).toHaveLength(2);
  });

  it.each(["0", "-1", "1.5", "many", "1e9"])("refuses a limit of %s", async (limit) => {
    const run = await makeCliTarget(scratch).run(`retention history recordings --limit=${limit}`);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining("whole number from 1 to 10000") });
  });

  it("ends with 1 for a session the journal knows nothing of", async () => {
    const target = makeCliTarget(scratch);
    const run = await target.run("retention history recordings nobody --json");
    expect(run.code).toBe(1);
    expect(documentOf(run)).toMatchObject({ error: { code: "ERR_UNKNOWN_SESSION" } });
  });
});
