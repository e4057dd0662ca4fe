import { cpSync, mkdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { spawnApp } from "../../../scripts/testing/spawn-app.ts";
import { documentOf, ENTRY, fleetOf, runCli, scratchDirectory } from "./cli-process.ts";

const directory = scratchDirectory();
const PASSING = fleetOf([{ name: "fine", does: "pass" }]);

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe("wrong arguments end with 2, say why on stderr and print nothing", () => {
  it.each<[string, string[], RegExp]>([
    [
      "an unknown command, with the one that was meant",
      ["statsu"],
      /unknown command 'statsu'\n\(Did you mean status\?\)/,
    ],
    ["an unknown command of a family", ["retention", "plam", "x"], /unknown command 'plam'\n\(Did you mean plan\?\)/],
    ["an unknown option, with the one that was meant", ["check", "--formt"], /'--formt'\n\(Did you mean --format\?\)/],
    ["an unknown format", ["check", "--format", "xml"], /'xml' is invalid\. Allowed choices are nagios/],
    ["an argument that is missing", ["explain"], /missing required argument 'check'/],
    ["an argument too many", ["status", "now"], /too many arguments/],
    [
      "an unknown balancer",
      ["budget", "--balancer", "f5"],
      /Allowed choices are none, haproxy, alb, envoy, kubernetes/,
    ],
    ["an address that is none", ["status", "--url", "localhost"], /--url "localhost" is not allowed; allowed: http/],
    ["an unknown check", ["check", "fine", "nope", "none"], /no such check: "nope", "none"; known: fine/],
    ["an unknown check of the budget", ["budget", "nope"], /no such check: "nope"; known: fine/],
    ["an unknown target", ["retention", "plan", "nope"], /no such target: "nope"; known: none/],
  ])("%s", async (_name, args, why) => {
    const run = await runCli(args, PASSING);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toMatch(why);
  });

  it("no command at all shows the help", async () => {
    const run = await runCli([]);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain("Usage: caretaker");
  });

  it("an address with a password, which is not repeated", async () => {
    const run = await runCli(["status", "--url", "http://me:canary-9@127.0.0.1:1"]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("STATUS_TOKEN");
    expect(run.stderr).not.toContain("canary");
  });
});

describe("wrong settings and configurations end with 2", () => {
  it("naming every wrong variable together", async () => {
    const run = await runCli(["check"], { MAX_RECORDINGS: "0", BALANCER: "f5", REDIS_URL: "http://:canary-77@x" });
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toMatch(/MAX_RECORDINGS: "0" is not allowed/);
    expect(run.stderr).toMatch(/BALANCER: "f5" is not allowed; allowed: none, haproxy/);
    expect(run.stderr).toMatch(/REDIS_URL: /);
    expect(run.stderr).not.toContain("canary");
  });

  it.each([
    [
      "a file that does not exist",
      () => join(directory, "nowhere.mjs"),
      /nowhere\.mjs: CARETAKER_CONFIG names this file/,
    ],
    ["a file that does not parse", () => file("broken.mjs", "export default {"), /broken\.mjs: /],
    ["an unknown key", () => file("key.mjs", "export default { checkz: [] };"), /checkz/],
    ["nothing exported", () => file("empty.mjs", "export const x = 1;"), /empty\.mjs: /],
  ])("%s", async (_name, make, why) => {
    const run = await runCli(["check"], { CARETAKER_CONFIG: make() });
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toMatch(why);
  });

  it("two checks of one name", async () => {
    const twice = { name: "twice", does: "pass" } as const;
    const run = await runCli(["check"], fleetOf([twice, twice]));
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain("twice");
  });
});

describe("a failure is told in the asked format", () => {
  it("as one JSON document", async () => {
    const run = await runCli(["check", "nope", "--json"], PASSING);
    expect(run.code).toBe(2);
    expect(documentOf(run)).toEqual({
      error: { code: "ERR_UNKNOWN_NAME", message: 'no such check: "nope"; known: fine' },
    });
  });

  it("as one JSON document also where the arguments cannot be parsed", async () => {
    const run = await runCli(["--json", "chekc"]);
    expect(run.code).toBe(2);
    expect(documentOf(run)).toMatchObject({ error: { code: "ERR_USAGE" } });
  });

  it("as unknown to Nagios, which reads a 2 as critical", async () => {
    const run = await runCli(["check", "nope", "--format", "nagios"], PASSING);
    expect(run).toMatchObject({ code: 3, stdout: 'UNKNOWN - no such check: "nope"; known: fine' });
  });

  it("and two formats at once are refused", async () => {
    const run = await runCli(["check", "--format=nagios", "--json"], PASSING);
    expect(run).toMatchObject({ code: 3, stdout: "UNKNOWN - --json and --format do not go together; choose one" });
  });
});

describe("help", () => {
  it("names every command, and the exit codes", async () => {
    const { code, stdout } = await runCli(["--help"]);
    expect(code).toBe(0);
    for (const name of ["check", "status", "watch", "explain", "budget", "retention", "audit"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
    }
    expect(stdout).toMatch(/Exit codes: 0 ok; 1 .*; 2 .*3 partly failed; 130/s);
  });

  it.each(["check", "status", "watch", "explain", "budget", "audit", "retention plan", "retention run"])(
    "of %s has examples, and the options that all commands take",
    async (name) => {
      const { code, stdout } = await runCli([...name.split(" "), "--help"]);
      expect(code).toBe(0);
      expect(stdout).toContain(`Examples:\n  $ caretaker ${name}`);
      expect(stdout).toContain("--json");
    },
  );

  it("the version is the package's", async () => {
    expect(await runCli(["--version"])).toMatchObject({ code: 0, stdout: "0.1.0", stderr: "" });
  });
});

describe("the linked file", () => {
  it("can be executed, and is what npm links", () => {
    expect(statSync(ENTRY).mode & 0o111).toBe(0o111);
    const link = fileURLToPath(new URL("../../../node_modules/.bin/caretaker", import.meta.url));
    expect(realpathSync(link)).toBe(ENTRY);
  });

  it("says what to run where nothing is built", async () => {
    mkdirSync(join(directory, "bin"));
    cpSync(ENTRY, join(directory, "bin", "caretaker.mjs"));
    const app = spawnApp({ entry: join(directory, "bin", "caretaker.mjs"), args: ["check"] });
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(app.stderrLines).toEqual(["caretaker is not built yet: run `npm run build` in the repository first"]);
  });
});
