import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTargetLock, openDatabase } from "@caretaker/sqlite-store";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeSession, namesIn } from "../../../packages/retention/src/test-support.test.fixture.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { documentOf, scratchDirectory, spawnCli } from "./cli-process.ts";
import { type CliTarget, makeCliTarget } from "./retention-target.ts";

const scratch = scratchDirectory();
const SILENT = { info: () => undefined };

/** A target with this many sessions, one a day; their names, oldest first. */
function targetWith(count: number, options: Parameters<typeof makeCliTarget>[1] = {}) {
  const target = makeCliTarget(scratch, options);
  const names = Array.from({ length: count }, (_, day) => makeSession(target.root, "call", day + 1));
  return { target, names };
}

async function planIdOf(target: CliTarget): Promise<string> {
  return documentOf<{ planId: string }>(await target.run("retention plan recordings --json")).planId;
}

describe("retention run", () => {
  it("--yes deletes what the plan says, and the journal has who asked and why", async () => {
    const { target, names } = targetWith(3);
    const run = await target.run("retention run recordings --yes --reason tidy", { SUDO_USER: "alice" });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toMatch(
      /^done: deleted 2, kept 1, freed \S+, took \S+\nplan {6}[0-9a-f]{64}\nrun {7}cli-\d{8}T\d{6}Z-[0-9a-f]{8}$/,
    );
    expect(namesIn(target.root)).toEqual(names.slice(2));
    const { runs } = documentOf<{ runs: unknown[] }>(await target.run("retention history recordings --json"));
    expect(runs).toMatchObject([
      { dryRun: false, reason: "tidy, by alice with caretaker", report: { deletedCount: 2 } },
    ]);
  });

  it("--json is the report, the one that the worker publishes", async () => {
    const { target, names } = targetWith(2);
    const document = documentOf(await target.run("retention run recordings --yes --json"));
    expect(document).toMatchObject({ outcome: "done", deleted: names.slice(0, 1), failed: [], partial: false });
  });

  it("--dry-run touches nothing, needs no yes, and says what it would come to", async () => {
    const { target } = targetWith(3);
    const before = target.tree();
    const { code, stdout } = await target.run("retention run recordings --dry-run");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^done: would delete 2, kept 1.*\ndry run {3}nothing was touched$/m);
    expect(target.tree()).toEqual(before);
  });

  it.each(["run recordings", "confirm recordings 3f", "adopt recordings x"])(
    "without a terminal and without --yes, %s ends with 2 before it looks at anything",
    async (words) => {
      const { target } = targetWith(2);
      const before = target.tree();
      const run = await target.run(`retention ${words}`);
      expect(run).toMatchObject({ code: 2, stdout: "" });
      expect(run.stderr).toBe("caretaker: nobody sits at a terminal to be asked; --yes goes on without asking");
      expect(target.tree()).toEqual(before);
      expect(existsSync(target.dataDir)).toBe(false);
    },
  );

  it("ends with 1 while another has the root, which is left alone", async () => {
    const { target, names } = targetWith(2);
    const release = await createTargetLock().acquire({ name: "recordings", root: target.root });
    const run = await target.run("retention run recordings --yes");
    await release?.();
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toBe("caretaker: another run is at work in recordings; try again");
    expect(namesIn(target.root).sort()).toEqual(names);
  });

  it("ends with 1 where the journal cannot be written, and touches nothing", async () => {
    const { target } = targetWith(2);
    const database = openDatabase(join(target.dataDir, "caretaker.db"), { log: SILENT });
    database.connection.exec(
      "CREATE TRIGGER broken BEFORE INSERT ON cleanup_events BEGIN SELECT RAISE(ABORT, 'broken'); END",
    );
    database.close();
    const before = target.tree();
    const run = await target.run("retention run recordings --yes --json");
    expect(run.code).toBe(1);
    expect(documentOf(run)).toMatchObject({
      error: { code: "ERR_DB_FAILED", message: expect.stringContaining(join(target.dataDir, "caretaker.db")) },
    });
    expect(target.tree()).toEqual(before);
    const plan = await target.run("retention plan recordings --json");
    expect(plan.code).toBe(1);
    expect(documentOf(plan)).toMatchObject({ error: { code: "ERR_DB_FAILED" } });
  });

  it.skipIf(!canRefuseRoot())("ends with 3 when some could not be deleted, and names each with its code", async () => {
    const { target, names } = targetWith(4);
    keepFromDeletion(join(target.root, String(names[1])));
    const run = await target.run("retention run recordings --yes");
    expect(run.code).toBe(3);
    expect(run.stdout).toMatch(/^failed: deleted 2, .*failed 1, took/m);
    expect(run.stdout).toMatch(new RegExp(`^FAILED +NAME\npermission +${names[1]}$`, "m"));
  });

  it("stops between two sessions when it is interrupted: 130, and the report says that it is partial", async () => {
    const target = makeCliTarget(scratch, { maxDeleteRatio: 1 });
    const count = 1_500;
    for (let n = 0; n < count; n += 1) makeSession(target.root, `call-${n}`, 1, { files: {} });
    const app = spawnCli(["retention", "run", "recordings", "--yes", "--json"], target.env);
    await waitFor(() => namesIn(target.root).length < count - 64, { what: "some to be deleted" });
    app.child.kill("SIGINT");
    expect(await app.exit).toEqual({ code: 130, signal: null });
    const report = JSON.parse(app.stdoutLines.join("\n")) as { deletedCount: number };
    expect(report).toMatchObject({ outcome: "partial", partial: true, failedCount: 0 });
    expect(report.deletedCount).toBe(count - namesIn(target.root).length);
    expect(report.deletedCount).toBeLessThan(count - 1);
    expect(readdirSync(join(target.root, ".caretaker-trash"))).toEqual(["ballast", "lock.db"]);
  });
});

describe("retention confirm", () => {
  it("lets exactly the plan go ahead that the guards refused", async () => {
    const { target, names } = targetWith(12);
    const refused = await target.run("retention run recordings --yes");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^caretaker: nothing was deleted: too_many: .* confirm plan [0-9a-f]{64}$/);
    expect(namesIn(target.root)).toHaveLength(12);
    const planId = await planIdOf(target);
    const run = await target.run(`retention confirm recordings ${planId} --yes --reason smaller`);
    expect(run.stdout).toMatch(/^done: deleted 11, kept 1/);
    expect(run.code).toBe(0);
    expect(namesIn(target.root)).toEqual(names.slice(11));
    const { confirmed } = readConfirmed(target);
    expect(confirmed).toMatchObject({ planId, reason: expect.stringMatching(/^smaller, by \S+ with caretaker$/) });
  });

  it("refuses an id that is out of date, and touches nothing", async () => {
    const { target } = targetWith(12);
    const planId = await planIdOf(target);
    makeSession(target.root, "call", 20);
    const before = target.tree();
    const run = await target.run(`retention confirm recordings ${planId} --yes --json`);
    expect(run.code).toBe(1);
    const message = expect.stringContaining(`plan "${planId}" is out of date: the plan is`);
    expect(documentOf(run)).toMatchObject({ error: { code: "ERR_PLAN_STALE", message } });
    expect(target.tree()).toEqual(before);
  });

  it("takes an id in full only", async () => {
    const { target } = targetWith(12);
    const planId = await planIdOf(target);
    const run = await target.run(`retention confirm recordings ${planId.slice(0, 12)} --yes`);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(namesIn(target.root)).toHaveLength(12);
  });
});

function readConfirmed(target: CliTarget) {
  const { connection, close } = openDatabase(join(target.dataDir, "caretaker.db"), { log: SILENT });
  const event = connection.prepare("SELECT event FROM cleanup_events WHERE type = 'plan_confirmed'").pluck().get();
  close();
  return { confirmed: JSON.parse(String(event)) as unknown };
}

/** Whether this user, who may be root, can be kept from deleting a file. */
function canRefuseRoot(): boolean {
  if (process.geteuid?.() !== 0) return true;
  const path = join(mkdtempSync(join(scratch, "probe-")), "file");
  writeFileSync(path, "");
  const { status } = spawnSync("chattr", ["+i", path]);
  spawnSync("chattr", ["-i", path]);
  return status === 0;
}

function keepFromDeletion(session: string): void {
  const directory = join(session, "kept");
  mkdirSync(directory);
  writeFileSync(join(directory, "file"), "");
  if (process.geteuid?.() === 0) execFileSync("chattr", ["+i", join(directory, "file")]);
  else chmodSync(directory, 0o500);
  onTestFinished(() => {
    spawnSync("chattr", ["-R", "-i", join(session, "..")]);
    spawnSync("chmod", ["-R", "u+rwx", join(session, "..")]);
  });
}
