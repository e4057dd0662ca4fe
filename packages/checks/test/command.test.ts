import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRunning } from "../../../scripts/testing/is-running.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { command } from "../src/command.js";

const signal = new AbortController().signal;
const node = process.execPath;
const script = (code: string) => ["-e", code];
const started: number[] = [];
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "caretaker-command-"));
});
afterEach(() => {
  // Those a test that failed has left running.
  for (const pid of started.splice(0)) if (isRunning(pid)) process.kill(pid, "SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function pidIn(file: string): Promise<number> {
  return await waitFor(() => Number(readFileSync(join(root, file), "utf8")), { what: `a pid in ${file}` });
}

/** Writes its pid, ignores SIGTERM and starts a grandchild that does the same; lives on as `then` says. */
function family(then: string): string[] {
  const ignore = 'process.on("SIGTERM", () => {}); process.on("SIGHUP", () => {});';
  const grandchild = `${ignore} require("fs").writeFileSync("grandchild", String(process.pid)); setInterval(() => {}, 1000);`;
  return script(`${ignore}
    require("fs").writeFileSync("child", String(process.pid));
    require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(grandchild)}], { stdio: "ignore" });
    ${then}`);
}

describe("command", () => {
  it("passes when the program exits with 0, however much it prints", async () => {
    const check = command(node, script('process.stdout.write("x".repeat(5_000_000))'));
    expect(await check.run({ signal })).toEqual({
      status: "pass",
      code: "ok",
      measures: { exitCode: { value: 0, unit: "" } },
    });
  });

  it("says exit_code, and which, when it exits with another", async () => {
    const result = await command(node, script("process.exit(3)")).run({ signal });
    expect(result).toMatchObject({ status: "fail", code: "exit_code", measures: { exitCode: { value: 3 } } });
  });

  it("says crashed when a signal ended it", async () => {
    const result = await command(node, script('process.kill(process.pid, "SIGKILL")')).run({ signal });
    expect(result).toMatchObject({ status: "fail", code: "crashed" });
  });

  it("says not_found where there is no such program", async () => {
    const result = await command("caretaker-no-such-program").run({ signal });
    expect(result).toMatchObject({ status: "fail", code: "not_found" });
  });

  it("says permission where the file may not be executed", async () => {
    writeFileSync(join(root, "plain"), "#!/bin/sh\n", { mode: 0o644 });
    expect(await command(join(root, "plain")).run({ signal })).toMatchObject({ status: "fail", code: "permission" });
  });

  it("does not go through a shell", async () => {
    const args = ["-e", "process.exit(process.argv[1] === '$(echo 1); exit 9' ? 0 : 1)", "$(echo 1); exit 9"];
    expect(await command(node, args).run({ signal })).toMatchObject({ status: "pass" });
  });

  it("does not start when it is aborted already", async () => {
    const result = await command(node, family(""), { cwd: root }).run({ signal: AbortSignal.abort() });
    expect(result).toMatchObject({ status: "fail", code: "aborted" });
    expect(() => readFileSync(join(root, "child"))).toThrow("ENOENT");
  });

  it("takes everything it started with it when it is aborted", async () => {
    const abort = new AbortController();
    const run = command(node, family("setInterval(() => {}, 1000)"), { cwd: root }).run({ signal: abort.signal });
    const [child, grandchild] = [await pidIn("child"), await pidIn("grandchild")];
    const startedMs = performance.now();
    abort.abort(new DOMException("too slow", "TimeoutError"));
    expect(await run).toMatchObject({ status: "fail", code: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(500);
    // Reaped, not merely dead: a zombie still answers to its pid.
    expect(isAlive(child)).toBe(false);
    await waitFor(() => !isAlive(grandchild), { what: "the grandchild to be gone" });
  });

  it("takes with it what the program left behind", async () => {
    const waitForGrandchild = 'setInterval(() => require("fs").existsSync("grandchild") && process.exit(0), 5)';
    const result = await command(node, family(waitForGrandchild), { cwd: root }).run({ signal });
    expect(result).toMatchObject({ status: "pass" });
    const grandchild = await pidIn("grandchild");
    await waitFor(() => !isAlive(grandchild), { what: "the grandchild to be gone" });
  });

  it.runIf(process.platform === "linux")("takes with it what left the group, when it is aborted", async () => {
    const abort = new AbortController();
    const runaway = 'require("fs").writeFileSync("runaway", String(process.pid)); setInterval(() => {}, 1000)';
    const daemonize = script(`
      require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(runaway)}], { stdio: "ignore", detached: true });
      setInterval(() => {}, 1000)`);
    const own = { cwd: root, env: { PATH: process.env["PATH"] ?? "", SECRET: "canary" } };
    const run = command(node, daemonize, own).run({ signal: abort.signal });
    const bystander = spawn(node, script("setInterval(() => {}, 1000)"), { stdio: "ignore" });
    const pid = await pidIn("runaway");
    started.push(pid, ...(bystander.pid === undefined ? [] : [bystander.pid]));
    const startedMs = performance.now();
    abort.abort();
    expect(await run).toMatchObject({ status: "fail", code: "aborted" });
    expect(performance.now() - startedMs).toBeLessThan(600);
    await waitFor(() => !isRunning(pid), { what: "the runaway to be gone" });
    expect(isRunning(bystander.pid ?? -1)).toBe(true);
    bystander.kill("SIGKILL");
    await once(bystander, "exit");
  });

  it.runIf(process.platform === "linux")("looks through no environment for a run that ended by itself", async () => {
    const runaway = 'require("fs").writeFileSync("runaway", String(process.pid)); setInterval(() => {}, 1000)';
    const daemonize = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(runaway)}], { stdio: "ignore", detached: true }).unref();
      setInterval(() => require("fs").existsSync("runaway") && process.exit(0), 5)`;
    expect(await command(node, script(daemonize), { cwd: root }).run({ signal })).toMatchObject({ status: "pass" });
    const pid = await pidIn("runaway");
    started.push(pid);
    expect(isRunning(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
    await waitFor(() => !isRunning(pid), { what: "the runaway to be gone" });
  });

  it("leaves no listener on the signal", async () => {
    const { signal: own } = new AbortController();
    await command(node, script("")).run({ signal: own });
    expect(getEventListeners(own, "abort")).toEqual([]);
  });
});
