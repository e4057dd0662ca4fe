import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeSession } from "../../../packages/retention/src/test-support.test.fixture.ts";
import { documentOf, FIXTURE, runCli, scratchDirectory } from "./cli-process.ts";
import { makeCliTarget } from "./retention-target.ts";

const scratch = scratchDirectory();

it("ends with 0 where journal and disk agree, with 1 and each by name where they do not", async () => {
  const target = makeCliTarget(scratch, { trash: { keepFor: "7d" } });
  const names = [1, 2, 3].map((day) => makeSession(target.root, "call", day));
  await target.run("retention run recordings --yes");
  const sound = await target.run("audit recordings");
  expect(sound).toMatchObject({ code: 0, stderr: "" });
  expect(sound.stdout).toBe(`sound: recordings, journal and disk agree
root      ${target.root}
markers   1 owned, 0 active, 0 held
journal   0 deleted, 0 kept, 2 trashed, 0 restored, 0 open
trash     2 sessions`);
  rmSync(join(target.root, ".caretaker-trash"), { recursive: true });
  const unsound = await target.run("audit");
  expect(unsound.code).toBe(1);
  expect(unsound.stdout).toMatch(/^unsound: recordings, 2 do not agree$/m);
  for (const name of names.slice(0, 2)) {
    expect(unsound.stdout).toMatch(new RegExp(`^trashed_gone +${name} +The journal says it waits`, "m"));
  }
  expect(documentOf(await target.run("audit --json"))).toMatchObject({
    targets: [{ status: "audited", target: "recordings", disagreementCount: 2, disagreements: [{ id: names[0] }, {}] }],
  });
});

it("audits every target it can, and ends with 1 for one that it cannot", async () => {
  const [gone, here] = [join(scratch, "gone"), join(scratch, "here")];
  mkdirSync(here);
  const env = { TARGETS: JSON.stringify({ gone, here }), CARETAKER_CONFIG: FIXTURE, DATA_DIR: join(scratch, "data") };
  const run = await runCli(["audit"], env);
  expect(run.code).toBe(1);
  expect(run.stdout).toMatch(/^failed: gone: root ".*" is refused: nothing is there \(ERR_ROOT_REFUSED\)$/m);
  expect(run.stdout).toMatch(/^sound: here, journal and disk agree$/m);
  const named = await runCli(["audit", "gone", "--json"], env);
  expect(named.code).toBe(1);
  expect(documentOf(named)).toMatchObject({ error: { code: "ERR_ROOT_REFUSED" } });
  expect(await runCli(["audit", "nope"], env)).toMatchObject({ code: 2, stdout: "" });
});

it("leaves out what another machine has to audit", async () => {
  const config = join(scratch, "elsewhere.config.mjs");
  const text = `import one from ${JSON.stringify(FIXTURE)};\nexport default { retention: one.retention.map((t) => ({ ...t, onHost: "host-b" })) };`;
  writeFileSync(config, text);
  const target = makeCliTarget(scratch);
  const run = await target.run("audit", { CARETAKER_CONFIG: config, HOST_ID: "host-a" });
  expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^not here: target "recordings" is for/) });
});
