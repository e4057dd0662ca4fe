import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isRunning } from "../../../scripts/testing/is-running.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { documentOf, fleetOf, runCli, scratchDirectory, spawnCli, type ToldCheck } from "./cli-process.ts";

const directory = scratchDirectory();

interface Told {
  readonly verdict: string;
  readonly checks: readonly { readonly name: string; readonly outcome: string; readonly code: string }[];
}

describe("caretaker check ends by the verdict", () => {
  const critical = { critical: true };
  it.each<[string, ToldCheck[], number, string]>([
    ["no checks", [], 0, "pass"],
    ["a pass", [{ name: "a", does: "pass" }], 0, "pass"],
    ["a warning", [{ name: "a", does: "warn", ...critical }], 0, "warn"],
    ["a failure that is not critical", [{ name: "a", does: "fail" }], 0, "warn"],
    [
      "a critical failure",
      [
        { name: "a", does: "pass" },
        { name: "b", does: "fail", ...critical },
      ],
      1,
      "fail",
    ],
    ["a critical crash", [{ name: "a", does: "throw", ...critical }], 1, "fail"],
  ])("%s", async (_name, checks, code, verdict) => {
    const run = await runCli(["check", "--json"], fleetOf(checks));
    expect(run).toMatchObject({ code, stderr: "" });
    expect(documentOf<Told>(run).verdict).toBe(verdict);
  });
});

const MIXED = fleetOf([
  { name: "fine", does: "pass" },
  { name: "slow", does: "warn" },
  { name: "soft", does: "fail" },
  { name: "hard", does: "throw", critical: true },
]);

it("prints a table, the worst first, without colours and without what a driver said", async () => {
  const { code, stdout, stderr } = await runCli(["check"], MIXED);
  expect(code).toBe(1);
  expect(stderr).toBe("");
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^CHECK +OUTCOME +CODE +TOOK +COUNTS AS +DETAIL$/);
  expect(lines.slice(1, 5).map((line) => line.split(/ {2,}/).toSpliced(3, 1))).toEqual([
    ["hard", "fail", "crashed", "fail", "hard crashed"],
    ["soft", "fail", "refused", "warn", "soft refused the connection or the request"],
    ["slow", "warn", "threshold", "warn", "slow is past a threshold"],
    ["fine", "pass", "ok", "pass", "fine is fine: items 7"],
  ]);
  expect(lines.at(-1)).toBe("fail: 4 run, 1 pass, 1 warn, 2 fail");
  expect(stdout).not.toContain("canary");
  expect(stdout).not.toContain("\u001b");
});

it("--json is one document with every check as declared", async () => {
  const { checks } = documentOf<Told>(await runCli(["check", "--json"], MIXED));
  expect(checks.map(({ name, outcome, code }) => [name, outcome, code])).toEqual([
    ["fine", "pass", "ok"],
    ["slow", "warn", "threshold"],
    ["soft", "fail", "refused"],
    ["hard", "fail", "crashed"],
  ]);
  expect(checks[0]).toEqual({
    name: "fine",
    outcome: "pass",
    code: "ok",
    durationMs: expect.any(Number),
    timeoutMs: 5_000,
    measures: { items: { value: 7, unit: "" } },
    scope: "fleet",
    critical: false,
    contribution: "pass",
  });
});

it("colours where they are forced, and not where they are refused", async () => {
  const forced = await runCli(["check"], { ...MIXED, FORCE_COLOR: "1" });
  expect(forced.stdout).toContain("\u001b[31mfail\u001b[39m");
  expect((await runCli(["check", "--no-color"], { ...MIXED, FORCE_COLOR: "1" })).stdout).not.toContain("\u001b");
  expect((await runCli(["check", "--json"], { ...MIXED, FORCE_COLOR: "1" })).stdout).not.toContain("\u001b");
});

it("runs the named checks and no other", async () => {
  const notes = join(directory, "named");
  const run = await runCli(["check", "slow", "fine"], { ...MIXED, NOTES: notes });
  expect(run.code).toBe(0);
  expect(readFileSync(notes, "utf8").split("\n").filter(Boolean).sort()).toEqual(["fine", "slow"]);
});

describe("--format nagios has exit codes of its own", () => {
  it.each<[ToldCheck["does"], number, RegExp]>([
    ["pass", 0, /^OK - 1 run, 1 pass\|'it\.duration'=\d+ms 'it\.items'=7$/],
    ["warn", 1, /^WARNING - 1 run, 1 warn, it warn \(threshold\)\|'it\.duration'=\d+ms$/],
    ["fail", 2, /^CRITICAL - 1 run, 1 fail, it fail \(refused\)\|'it\.duration'=\d+ms$/],
  ])("%s", async (does, code, line) => {
    const run = await runCli(["check", "--format", "nagios"], fleetOf([{ name: "it", does, critical: true }]));
    expect(run).toMatchObject({ code, stderr: "", stdout: expect.stringMatching(line) });
  });

  it("3 where the configuration cannot be read", async () => {
    const run = await runCli(["check", "--format", "nagios"], { CARETAKER_CONFIG: join(directory, "none.mjs") });
    expect(run).toMatchObject({ code: 3, stdout: expect.stringMatching(/^UNKNOWN - .*none\.mjs/) });
  });
});

describe("a check that does not end", () => {
  const hanging = (name: string): ToldCheck => ({ name, does: "hang", timeout: "300ms", critical: true });

  it("times out, and holds back neither the answer nor the end of the process", async () => {
    const run = await runCli(["check", "--json"], fleetOf([hanging("stuck"), { name: "fine", does: "pass" }]));
    expect(run.code).toBe(1);
    expect(documentOf<Told>(run).checks).toMatchObject([
      { name: "stuck", outcome: "fail", code: "timeout" },
      { name: "fine", outcome: "pass" },
    ]);
    expect(run.tookMs).toBeLessThan(5_000);
  });

  it("is one of several that run at once: sixteen of a second each are done in two rounds", async () => {
    const many = Array.from({ length: 16 }, (_, index) => ({ ...hanging(`stuck-${index}`), timeout: "1s" }));
    const run = await runCli(["check", "--json"], fleetOf(many));
    expect(documentOf<Told>(run).checks.map(({ code }) => code)).toEqual(Array(16).fill("timeout"));
    expect(run.tookMs).toBeLessThan(8_000);
  });

  it("may clean up after its end has been called", async () => {
    const notes = join(directory, "tidy");
    const run = await runCli(["check"], { ...fleetOf([{ ...hanging("neat"), does: "tidy" }]), NOTES: notes });
    expect(run.code).toBe(1);
    expect(readFileSync(notes, "utf8")).toBe("neat\nneat tidied\n");
  });

  it("leaves no process of its own behind", async () => {
    const pidFile = join(directory, "pid");
    const checks = fleetOf([{ name: "child", does: "child", timeout: "500ms" }]);
    const run = await runCli(["check"], { ...checks, PID_FILE: pidFile });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^child +fail +timeout/m);
    expect(isRunning(Number(readFileSync(pidFile, "utf8")))).toBe(false);
  });
});

describe.each(["SIGINT", "SIGTERM"] as const)("%s", (signal) => {
  it("stops the checks that run, starts no more, and ends with 130 without a table", async () => {
    const notes = join(directory, `notes-${signal}`);
    const stuck = Array.from(
      { length: 9 },
      (_, index) => ({ name: `stuck-${index}`, does: "hang", timeout: "20s" }) as const,
    );
    const app = spawnCli(["check", "--json"], { ...fleetOf(stuck), NOTES: notes });
    const started = () => readFileSync(notes, { encoding: "utf8", flag: "a+" }).split("\n").filter(Boolean).length;
    await waitFor(() => started() === 8, { what: "eight checks to run" });
    const askedMs = performance.now();
    app.child.kill(signal);
    expect(await app.exit).toEqual({ code: 130, signal: null });
    expect(performance.now() - askedMs).toBeLessThan(4_000);
    expect(JSON.parse(app.stdoutLines.join("\n"))).toEqual({
      error: { code: "ERR_INTERRUPTED", message: "interrupted" },
    });
    expect(app.stderrLines).toEqual(["caretaker: interrupted"]);
    expect(started()).toBe(8);
  });
});
