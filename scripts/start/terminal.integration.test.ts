import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findOnPath } from "../setup/find-on-path.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { keepInRedis, keptInRedis } from "../testing/kept-in-redis.ts";
import { type SpawnedApp, spawnApp } from "../testing/spawn-app.ts";
import { allGone, whenReady } from "../testing/started-system.ts";
import type { ReadySystem } from "./run-system.mjs";

/** All that is on PATH besides the Redis that the tests use. */
const NEEDED = ["node", "npm", "sh", "env", "script", "setpriv", "flock"];

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "caretaker-whole-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe("npm start on a terminal", () => {
  it("ends in order on Ctrl-C, with 0, and leaves nothing running", { timeout: 120_000 }, async () => {
    const { terminal, ready } = await start();
    expect((await fetch(`${ready.api}/health`)).status).toBe(200);
    terminal.child.stdin?.write("\u0003");
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    const stopped = terminal.stdoutLines.flatMap(
      (line) => /^(?:\^C)?(stopping \(SIGINT\)|stopped \w+)/.exec(line)?.[1] ?? [],
    );
    expect(stopped).toEqual(["stopping (SIGINT)", "stopped api", "stopped worker", "stopped redis"]);
    await allGone(ready);
  });

  it("leaves nothing running when its terminal is killed, and finds its data again", { timeout: 120_000 }, async () => {
    const first = await start();
    await keepInRedis(first.ready.redisUrl);
    first.terminal.child.send("kill");
    await first.terminal.exit;
    await allGone(first.ready);
    const second = await start();
    expect(await keptInRedis(second.ready.redisUrl)).toBe("yes");
    second.terminal.child.stdin?.write("\u0003");
    expect((await second.terminal.exit).code).toBe(0);
    await allGone(second.ready);
  });

  async function start(): Promise<{ terminal: SpawnedApp; ready: ReadySystem }> {
    const bin = join(home, "bin");
    mkdirSync(bin, { recursive: true });
    for (const [as, target] of [
      ...NEEDED.map((one) => [one, findOnPath([one])] as const),
      ["redis-server", process.env["CARETAKER_REDIS_SERVER"]] as const,
    ]) {
      if (target !== undefined) symlinkOnce(target, join(bin, as));
    }
    const terminal = spawnApp({
      entry: fileURLToPath(new URL("fixtures/in-terminal.mjs", import.meta.url)),
      args: ["exec npm start -- --json --port 0 --no-demo"],
      cwd: rootDir,
      env: { PATH: bin, DATA_DIR: join(home, "data") },
    });
    return { terminal, ready: await whenReady(terminal) };
  }
});

function symlinkOnce(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
