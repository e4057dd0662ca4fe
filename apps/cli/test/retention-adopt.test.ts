import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeSession } from "../../../packages/retention/src/test-support.test.fixture.ts";
import { documentOf, scratchDirectory } from "./cli-process.ts";
import { makeCliTarget } from "./retention-target.ts";

const scratch = scratchDirectory();

// What the test itself has just written would count as being recorded.
const AT_ONCE = { activeFor: "1ms" } as const;

function targetWithCrashed() {
  const target = makeCliTarget(scratch, AT_ONCE);
  const crashed = [1, 2].map((day) => makeSession(target.root, "crashed", day, { marker: null }));
  return { target, crashed, markerOf: (name: string) => join(target.root, name, "metadata.json") };
}

it("--dry-run shows the marker it would write, and writes nothing", async () => {
  const { target, crashed, markerOf } = targetWithCrashed();
  const before = target.tree();
  const { code, stdout } = await target.run(`retention adopt recordings ${crashed[0]} --dry-run`);
  expect(code).toBe(0);
  expect(stdout).toContain(`would write  ${markerOf(String(crashed[0]))}\n  {\n    "session_id": "crashed",`);
  expect(target.tree()).toEqual(before);
});

it("--yes writes the markers, and from then on the policy decides", async () => {
  const { target, crashed, markerOf } = targetWithCrashed();
  const run = await target.run(`retention adopt recordings ${crashed.join(" ")} --yes --reason mine`);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  for (const name of crashed) {
    expect(JSON.parse(readFileSync(markerOf(name), "utf8"))).toMatchObject({ session_id: "crashed" });
  }
  expect((await target.run("retention plan recordings")).stdout).toMatch(/^sessions {2}2 owned$/m);
  const history = await target.run(`retention history recordings ${crashed[0]}`);
  expect(history.stdout).toMatch(/adopted +cli-\S+ +mine, by /);
});

it("ends with 3 when some were refused, with 1 when all were, each with its reason", async () => {
  const { target, crashed, markerOf } = targetWithCrashed();
  const owned = makeSession(target.root, "call", 5);
  const some = await target.run(
    `retention adopt recordings ${owned} ${crashed[0]} ../etc nobody_20240101_103000 --yes`,
  );
  expect(some.code).toBe(3);
  expect(some.stdout).toContain(`refused  ${owned}: it has a marker already (owned)`);
  expect(some.stdout).toContain("refused  ../etc: its name is no session's (name_mismatch)");
  expect(some.stdout).toContain("refused  nobody_20240101_103000: there is no such directory in the root (vanished)");
  expect(existsSync(markerOf(String(crashed[0])))).toBe(true);
  const all = await target.run(`retention adopt recordings ${owned} ${crashed[0]} --yes --json`);
  expect(all.code).toBe(1);
  expect(documentOf(all)).toMatchObject({
    target: "recordings",
    sessions: [
      { status: "refused", session: owned, code: "owned" },
      { status: "refused", session: crashed[0], code: "owned" },
    ],
  });
});
