import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askRedis } from "../redis/ask-redis.mjs";
import { keepInRedis, keptInRedis } from "../testing/kept-in-redis.ts";
import { type SpawnedApp, spawnApp } from "../testing/spawn-app.ts";
import { allGone, whenReady } from "../testing/started-system.ts";

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "caretaker-start-"));
  for (const name of ["api", "worker"]) {
    mkdirSync(join(home, "apps", name, "dist"), { recursive: true });
    cpSync(join(fixtures, `stub-${name}.mjs`), join(home, "apps", name, "dist", "main.js"));
  }
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function start(env: Record<string, string> = {}, { entry = "run-stub-system.mjs" } = {}) {
  const path = [dirname(process.env["CARETAKER_REDIS_SERVER"] ?? ""), process.env["PATH"]].join(delimiter);
  return spawnApp({
    entry: join(fixtures, entry),
    args: [home, join(home, "data")],
    env: { PATH: path, ...env },
  });
}

function linesOf(app: SpawnedApp, pattern: RegExp) {
  return app.stderrLines.filter((line) => pattern.test(line)).map((line) => pattern.exec(line)?.[0]);
}

describe("a running system", () => {
  it("prints exactly one line to stdout, with a Redis that answers", async () => {
    const app = start();
    const ready = await whenReady(app);
    expect(ready).toEqual({
      api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      redisUrl: expect.stringMatching(/^redis:\/\/:.{32}@127\.0\.0\.1:\d+$/),
      dataDir: join(home, "data"),
      pids: { api: expect.any(Number), worker: expect.any(Number), redis: expect.any(Number) },
    });
    expect(await askRedis(ready.redisUrl, [["PING"]])).toEqual(["PONG"]);
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(app.stdoutLines).toHaveLength(1);
    await allGone(ready);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP", "quit"] as const)(
    "stops api, worker, redis in that order on %s",
    async (how) => {
      const app = start();
      const ready = await whenReady(app);
      if (how === "quit") app.child.stdin?.write("quit\n");
      else app.child.kill(how);
      expect(await app.exit).toEqual({ code: 0, signal: null });
      const steps = linesOf(app, /stub \w+ got SIGTERM|stopped \w+|stopping \(\w+\)/);
      expect(steps).toEqual([
        `stopping (${how})`,
        "stub api got SIGTERM",
        "stopped api",
        "stub worker got SIGTERM",
        "stopped worker",
        "stopped redis",
      ]);
      await allGone(ready);
    },
  );

  it("goes on when standard input ends", async () => {
    const app = start();
    const ready = await whenReady(app);
    app.child.stdin?.end();
    app.child.stdin?.destroy();
    expect((await fetch(ready.api)).status).toBe(200);
    app.child.kill("SIGTERM");
    expect((await app.exit).code).toBe(0);
  });

  it("kills everything at once when asked twice", async () => {
    const app = start({ STUB_STUBBORN: "1" });
    const ready = await whenReady(app);
    app.child.kill("SIGTERM");
    await app.waitForLog((line) => line === "stub api got SIGTERM");
    app.child.kill("SIGINT");
    expect(await app.exit).toEqual({ code: 130, signal: null });
    await allGone(ready);
  });

  it("leaves nothing behind when it is killed itself", async () => {
    const app = start();
    const ready = await whenReady(app);
    app.child.kill("SIGKILL");
    await app.exit;
    await allGone(ready);
  });

  it("takes the echo that npm adds to a Ctrl-C for the same one", async () => {
    const app = start({ npm_lifecycle_event: "start" });
    await whenReady(app);
    app.child.kill("SIGINT");
    await app.waitForLog((line) => line === "stopping (SIGINT)");
    app.child.kill("SIGINT");
    expect(await app.exit).toEqual({ code: 0, signal: null });
  });

  it("stops in order when the npm that started it is killed", async () => {
    const npm = start({ npm_lifecycle_event: "start" }, { entry: "stub-npm.mjs" });
    const ready = await whenReady(npm);
    npm.child.kill("SIGKILL");
    // Its output ends with the last process that holds it.
    await npm.exit;
    expect(linesOf(npm, /^stopp.*?(?= \(process|$)/)).toEqual([
      "stopping (npm is gone)",
      "stopped api",
      "stopped worker",
      "stopped redis",
    ]);
    await allGone(ready);
  });

  it("is not clean when an app stops with a fault", async () => {
    const app = start({ STUB_EXIT_CODE: "124" });
    await whenReady(app);
    app.child.kill("SIGTERM");
    expect((await app.exit).code).toBe(1);
    expect(app.stderrLines.join("\n")).toMatch(/stopped api \(process \d+\) in \d+ ms, exit code 124/);
  });

  it("says which part died and stops the rest", async () => {
    const app = start({ STUB_WORKER_DIES: "1" });
    expect((await app.exit).code).toBe(1);
    expect(app.stderrLines.join("\n")).toMatch(
      /worker \(process \d+\) ended by itself with exit code 9; stopping the rest/,
    );
    expect(app.stdoutLines).toEqual([]);
  });

  it("stops when its Redis dies", async () => {
    const app = start();
    const ready = await whenReady(app);
    process.kill(ready.pids.redis ?? 0, "SIGKILL");
    expect((await app.exit).code).toBe(1);
    expect(app.stderrLines.join("\n")).toMatch(/redis \(process \d+\) ended by itself with SIGKILL/);
    await allGone(ready);
  });

  it("uses the Redis of REDIS_URL and leaves it alone", async () => {
    const url = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
    const app = start({ REDIS_URL: url, MAX_RECORDINGS: "7" });
    const ready = await whenReady(app);
    expect(ready.redisUrl).toBe(url);
    expect(ready.pids.redis).toBeNull();
    expect(app.stderrLines).toContain("stub worker keeps 7");
    app.child.kill("SIGTERM");
    expect((await app.exit).code).toBe(0);
    expect(await askRedis(url, [["PING"]])).toEqual(["PONG"]);
    expect(existsSync(join(home, "data", "redis"))).toBe(false);
  });
});

describe("one data directory", () => {
  it("takes one system at a time, and the second one says who is there", async () => {
    const first = start();
    const ready = await whenReady(first);
    const second = start();
    expect((await second.exit).code).toBe(1);
    expect(second.stderrLines.at(-1)).toContain(
      `is in use by process ${first.child.pid} (its Redis is process ${ready.pids.redis})`,
    );
    expect(await askRedis(ready.redisUrl, [["PING"]])).toEqual(["PONG"]);
    first.child.kill("SIGTERM");
    expect((await first.exit).code).toBe(0);
  });

  it("keeps what Redis held, over a clean stop and over a kill", async () => {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const before = start();
      await keepInRedis((await whenReady(before)).redisUrl, signal);
      before.child.kill(signal);
      await before.exit;
      const after = start();
      expect(await keptInRedis((await whenReady(after)).redisUrl)).toBe(signal);
      after.child.kill("SIGTERM");
      await after.exit;
    }
  });
});
