import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeSession } from "../../../packages/retention/src/test-support.test.fixture.ts";
import { ENTRY, scratchDirectory } from "./cli-process.ts";
import { type CliTarget, makeCliTarget } from "./retention-target.ts";

const scratch = scratchDirectory();
const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const read = (name: string) => readFileSync(join(REPOSITORY, "docs", name), "utf8");

/** A command line of the documentation by a shell, as a reader would type it, with nobody at a terminal. */
function type(line: string, target: CliTarget) {
  const command = line.replace("npx caretaker", `"${process.execPath}" "${ENTRY}"`);
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, USER: "alice", SUDO_USER: "alice", ...target.env };
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8", env, cwd: scratch });
  return { status, stdout, stderr };
}

/** The root that the examples are about. */
function makeExample(): CliTarget {
  const target = makeCliTarget(scratch, { keep: { last: 2 }, trash: { keepFor: "7d" }, activeFor: "1ms" });
  const [, second] = [1, 2, 3, 4].map((day) => makeSession(target.root, "call", day));
  writeFileSync(join(target.root, String(second), ".hold"), "");
  makeSession(target.root, "crashed", 5, { marker: null });
  return target;
}

/** What differs each time and everywhere: ids, the present, sizes and times of this machine, and how wide columns are. */
function withoutChance(text: string, root = "/srv/recordings"): string {
  return text
    .replaceAll(root, "/srv/recordings")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "<plan>")
    .replaceAll(/\bcli-\d{8}T\d{6}Z-[0-9a-f]{8}(-[0-9a-f]{16}(\.\d+)?)?/g, "<run>")
    .replaceAll(/\b20(?!24-01-)\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z/g, "<now>")
    .replaceAll(/\b\d+(\.\d+)?(B|KiB|MiB|GiB|TiB)\b|(?<= )-(?= )/g, "<size>")
    .replaceAll(/took \w+/g, "took <time>")
    .replaceAll(/, <size>$/gm, "")
    .replaceAll(/ {2,}/g, "  ")
    .trimEnd();
}

describe("docs/cli.md", () => {
  const [, retention = ""] = read("cli.md").split(/^## retention$/m);
  const examples = [...retention.matchAll(/^```\n\$ (npx caretaker [^\n]*)\n(.*?)^```$/gms)];

  it("shows what its examples print, one after another on one root", () => {
    expect(examples.length).toBe(9);
    const target = makeExample();
    for (const [, line = "", output = ""] of examples) {
      const { status, stdout, stderr } = type(line, target);
      expect({ status, stderr }, line).toEqual({ status: 0, stderr: "" });
      expect(withoutChance(stdout, target.root), line).toBe(withoutChance(output));
    }
  }, 60_000);
});

it.each([
  ["retention.md", 6],
  ["runbook.md", 5],
])(
  "docs/%s promises commands about targets that work as they stand there",
  (page, fewest) => {
    const lines = (read(page).match(/npx caretaker [^#\n`]+/g) ?? []).filter(isAboutTarget);
    expect(lines.length).toBeGreaterThanOrEqual(fewest);
    const target = makeCliTarget(scratch, { trash: { keepFor: "7d" }, activeFor: "1ms", minAge: "1ms" });
    for (let day = 1; day <= 12; day += 1) makeSession(target.root, "other", day);
    for (const line of lines) {
      // Nobody sits here to be asked.
      const asks = /retention (adopt|confirm)/.test(line) ? `${line} --yes` : line;
      const own = asks.replace("<session>", "call_20240101_103000");
      const { status, stderr } = type(withPlanId(own, target), prepared(line, target));
      expect({ status, stderr }, line).toEqual({ status: 0, stderr: "" });
    }
  },
  60_000,
);

// The others are run against a system that runs, by scripts/docs/commands.integration.test.ts.
function isAboutTarget(line: string): boolean {
  return /^npx caretaker (retention|audit) /.test(line);
}

/** What a line is about has to be there: a session without a marker to adopt, one in the trash to restore. */
function prepared(line: string, target: CliTarget): CliTarget {
  if (line.includes("retention adopt")) makeSession(target.root, "call", 1, { marker: null });
  return target;
}

function withPlanId(line: string, target: CliTarget): string {
  if (!line.includes("<plan id>")) return line;
  const { stdout } = type("npx caretaker retention plan recordings --json", target);
  return line.replace("<plan id>", (JSON.parse(stdout) as { planId: string }).planId);
}

it("works as npx caretaker in the repository", () => {
  const { PATH = "", HOME = "" } = process.env;
  const cache = mkdtempSync(join(scratch, "cache-"));
  const env = { PATH, HOME, npm_config_cache: cache, npm_config_yes: "false", npm_config_update_notifier: "false" };
  const { status, stdout } = spawnSync("npx", ["caretaker", "--version"], { encoding: "utf8", cwd: REPOSITORY, env });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "0.1.0\n" });
});
