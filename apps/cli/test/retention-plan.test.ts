import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeSession } from "../../../packages/retention/src/test-support.test.fixture.ts";
import { recordSession } from "../../worker/test/record-sessions.ts";
import { documentOf, scratchDirectory } from "./cli-process.ts";
import { makeCliTarget } from "./retention-target.ts";

const scratch = scratchDirectory();

it("prints each entry with its rule, what each rule means and comes to, the totals and the id, and touches nothing", async () => {
  const target = makeCliTarget(scratch);
  const [old, held, newest] = [1, 2, 3].map((day) => makeSession(target.root, "call", day));
  writeFileSync(join(target.root, String(held), ".hold"), "");
  writeFileSync(join(target.root, "notes\n.txt"), "mine");
  makeSession(target.root, "crashed", 4, { marker: null });
  const before = target.tree();
  const { code, stdout, stderr } = await target.run("retention plan recordings");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.split("\n").map((line) => line.split(/ {2,}/));
  expect(lines.slice(0, 6)).toEqual([
    ["ACTION", "RULE", "STARTED", "SIZE", "NAME"],
    ["delete", "beyond_keep", "2024-01-01 10:30:00Z", expect.any(String), old],
    ["keep", "held", "2024-01-02 10:30:00Z", expect.any(String), held],
    ["keep", "keep_last", "2024-01-03 10:30:00Z", expect.any(String), newest],
    ["keep", "unknown:marker_missing", "-", expect.any(String), "crashed_20240104_103000"],
    ["keep", "unknown:not_a_directory", "-", expect.any(String), "notes\\u{a}.txt"],
  ]);
  expect(stdout).toMatch(/^delete +beyond_keep +1 +\S+ +no rule keeps it$/m);
  expect(stdout).toMatch(/^keep +keep_last +1 +\S+ +it is among the newest 1$/m);
  expect(stdout).toMatch(/^keep +unknown:marker_missing +1 +\S+ +not provably ours: It has no `metadata\.json`\.$/m);
  expect(stdout).toMatch(/^sessions {2}2 owned, 1 held$/m);
  expect(stdout).toMatch(/^unknown {3}2 entries.*, left alone$/m);
  expect(stdout).toMatch(/^keep {6}2 sessions/m);
  expect(stdout).toMatch(/^delete {4}1 session/m);
  expect(stdout).toMatch(/^guards {4}none would refuse it\nplan {6}[0-9a-f]{64}$/m);
  expect(target.tree()).toEqual(before);
  expect(readdirSync(target.root)).not.toContain(".caretaker-trash");
});

it("--json is one document with the same, and every decision", async () => {
  const target = makeCliTarget(scratch);
  const [old, newest] = [1, 2].map((day) => makeSession(target.root, "call", day));
  const document = documentOf(await target.run("retention plan recordings --json"));
  expect(document).toMatchObject({
    ...{ target: "recordings", planId: expect.stringMatching(/^[0-9a-f]{64}$/), root: target.root },
    ...{ keep: 1, delete: 1, owned: 2, held: 0, unknown: {}, guards: [], shortfalls: [] },
    rules: [
      { action: "delete", rule: "beyond_keep", entries: 1 },
      { action: "keep", rule: "keep_last", entries: 1 },
    ],
    decisions: [
      { action: "delete", rule: "beyond_keep", session: old, stampMs: Date.UTC(2024, 0, 1, 10, 30) },
      { action: "keep", rule: "keep_last", session: newest, stampMs: Date.UTC(2024, 0, 2, 10, 30) },
    ],
  });
});

it("an empty root has a plan that does nothing", async () => {
  const { code, stdout } = await makeCliTarget(scratch).run("retention plan recordings");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^root .*\nsessions {2}0 owned\nkeep {6}0 sessions\ndelete {4}0 sessions\nguards/);
});

it("names the guards that would refuse, and how to let exactly this plan go ahead", async () => {
  const target = makeCliTarget(scratch);
  for (let day = 1; day <= 12; day += 1) makeSession(target.root, "call", day);
  const { code, stdout } = await target.run("retention plan recordings");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^refused {3}too_many: .*11/m);
  const [, planId] = /^plan {6}([0-9a-f]{64})$/m.exec(stdout) ?? [];
  expect(stdout).toContain(`caretaker retention confirm recordings ${planId} --reason`);
});

it("a list longer than a screen is whole where nobody looks at it", async () => {
  const target = makeCliTarget(scratch, { keep: { last: 100 } });
  for (let n = 0; n < 210; n += 1) makeSession(target.root, `call-${n}`, 1, { files: {} });
  const { stdout } = await target.run("retention plan recordings");
  expect(stdout.match(/^(delete|keep) +(beyond_keep|keep_last) +2024/gm)).toHaveLength(210);
});

it("says when its sessions and the disk reach their marks, once there are days of measured sessions", async () => {
  const target = makeCliTarget(scratch, { keep: { last: 100, maxBytes: "1GiB" } });
  expect((await target.run("retention plan recordings")).stdout).not.toMatch(/^forecast/m);
  for (const daysAgo of [1, 2, 3]) await recordSession(target.root, `call_${daysAgo}`, daysAgo * 24 + 1);
  const { stdout } = await target.run("retention plan recordings");
  // Where it is just past midnight, yesterday had none.
  expect(stdout).toMatch(/^forecast {2}by the last [34] days \d+KiB a day come and 0B go; .*the disk is full in /m);
  expect(stdout).toMatch(/^forecast .*keep\.maxBytes is reached in /m);
  const { forecast } = documentOf(await target.run("retention plan recordings --json")) as { forecast: Forecast };
  expect(forecast.marks.map(({ mark }) => mark).sort()).toEqual(["full", "max_bytes"]);
  for (const { atMs } of forecast.marks) expect(atMs).toBeGreaterThan(Date.now());
});

interface Forecast {
  readonly marks: readonly { readonly mark: string; readonly atMs: number }[];
}

describe("--keep says what other rules would delete, and does not touch anything", () => {
  it("held against the policy of now", async () => {
    const target = makeCliTarget(scratch, { keep: { last: 2 } });
    const names = [1, 2, 3, 4].map((day) => makeSession(target.root, "call", day));
    const { code, stdout } = await target.run("retention plan recordings --keep last=1");
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 2))).toMatchObject([
      ["POLICY", "DELETES"],
      ["as configured", "2"],
      ["keep last=1", "3"],
      ["more than now", "1"],
      ["fewer than now", "0"],
      [""],
      ["would go too, oldest first:"],
      ["", names[2]],
    ]);
    const document = documentOf(await target.run("retention plan recordings --keep last=3,within=365000d --json"));
    expect(document).toMatchObject({
      keep: "last=3,within=365000d",
      more: { count: 0 },
      fewer: { ids: names.slice(0, 2) },
    });
    expect((await target.run("retention history recordings")).stdout).toBe("the journal has no run of it");
    expect(target.tree()).toHaveLength(16);
  });

  it.each([
    ["last", /--keep "last" is not allowed; allowed: rule=value/],
    ["last=0", /keep\.last is 0; a whole number of at least 1 is allowed/],
    ["within=7", /keep\.within: /],
    ["lost=7", /keep\.lost/],
  ])("%s is refused with what is allowed", async (keep, why) => {
    const run = await makeCliTarget(scratch).run(`retention plan recordings --keep ${keep}`);
    expect(run).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(why) });
  });
});
