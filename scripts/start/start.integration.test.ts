import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepInRedis, keptInRedis } from "../testing/kept-in-redis.ts";
import { processesWith } from "../testing/processes.ts";
import { redisEngines } from "../testing/redis-engines.ts";
import type { SpawnedApp } from "../testing/spawn-app.ts";
import { allGone, ended, filesOfARun, startSystem, whenReady } from "../testing/started-system.ts";

let home: string;
let dataDir: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "caretaker-real-start-"));
  dataDir = join(home, "data");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A PATH on which this is the first server, and these commands are there and do nothing but fail. */
function pathWith(server: string, failing: readonly string[]): string {
  const bin = join(home, "bin");
  mkdirSync(bin);
  // Under the name that is looked for first, whichever it is: a search for another one would find the machine's own.
  symlinkSync(server, join(bin, "redis-server"));
  for (const name of failing) {
    writeFileSync(join(bin, name), "#!/bin/sh\nexit 1\n");
    chmodSync(join(bin, name), 0o755);
  }
  return [bin, process.env["PATH"]].join(delimiter);
}

async function endsClean(app: SpawnedApp): Promise<void> {
  app.child.kill("SIGTERM");
  expect(await app.exit).toEqual({ code: 0, signal: null });
  expect(filesOfARun(dataDir)).toEqual([]);
}

const SYSTEMS = redisEngines().flatMap(({ name, path }) => [
  { on: `${name}, tied by the kernel`, server: path, failing: [] },
  { on: `${name}, tied by a watchdog, as on macOS`, server: path, failing: ["setpriv", "flock"] },
]);

describe.each(SYSTEMS)("npm start on $on", { timeout: 120_000 }, ({ server, failing }) => {
  let start: () => SpawnedApp;
  beforeEach(() => {
    const path = pathWith(server, failing);
    start = () => startSystem({ dataDir, path });
  });

  it("leaves no orphan when it is killed, and starts again on what it has left", async () => {
    const app = start();
    const ready = await whenReady(app);
    await keepInRedis(ready.redisUrl);
    app.child.kill("SIGKILL");
    await app.exit;
    // At once, while they may still be on their way out.
    const next = start();
    await ended(ready.pids);
    expect(await keptInRedis((await whenReady(next)).redisUrl)).toBe("yes");
    await endsClean(next);
  });

  it("clears what is left when all of it is killed at once", async () => {
    const app = start();
    const ready = await whenReady(app);
    await keepInRedis(ready.redisUrl);
    for (const pid of [app.child.pid, ...Object.values(ready.pids)]) process.kill(Number(pid), "SIGKILL");
    await app.exit;
    await allGone(ready);
    expect(filesOfARun(dataDir)).toEqual(expect.arrayContaining(["worker.beat", "instance.json"]));
    const next = start();
    expect(await keptInRedis((await whenReady(next)).redisUrl)).toBe("yes");
    await endsClean(next);
  });

  it("runs once on one directory, however many are started, and says who has it", async () => {
    const starts = [start(), start()];
    const winner = await Promise.any(starts.map(async (app) => ({ app, ready: await whenReady(app) })));
    const loser = starts.find((app) => app !== winner.app);
    expect(await loser?.exit).toEqual({ code: 1, signal: null });
    expect(loser?.stderrLines.at(-1)).toContain("/redis is in use by");
    await keepInRedis(winner.ready.redisUrl);
    await endsClean(winner.app);
    const next = start();
    expect(await keptInRedis((await whenReady(next)).redisUrl)).toBe("yes");
    await endsClean(next);
  });

  it.each(["SIGTERM", "SIGKILL"] as const)("leaves nothing on %s before it serves", async (signal) => {
    const app = start();
    const line = await app.waitForLog((text) => text.startsWith("redis: private"), { timeoutMs: 60_000 });
    app.child.kill(signal);
    const { code } = await app.exit;
    expect(code).toBe(signal === "SIGTERM" ? 0 : null);
    await ended({ redis: Number(/process (\d+)/.exec(line)?.[1]) });
    expect(processesWith(dataDir)).toEqual([]);
    const next = start();
    await whenReady(next);
    await endsClean(next);
  });
});

describe.each(redisEngines())("npm start on $name", { timeout: 120_000 }, ({ path: server }) => {
  it.each(["SIGTERM", "SIGHUP"] as const)("stops in order on %s, keeps its data and leaves nothing", async (signal) => {
    const path = pathWith(server, []);
    const app = startSystem({ dataDir, path });
    const ready = await whenReady(app);
    await keepInRedis(ready.redisUrl);
    app.child.kill(signal);
    expect(await app.exit).toEqual({ code: 0, signal: null });
    const steps = app.stderrLines.map((line) => /^stopp(ed \w+|ing .*)/.exec(line)?.[0]).filter(Boolean);
    expect(steps).toEqual([`stopping (${signal})`, "stopped api", "stopped worker", "stopped redis"]);
    await allGone(ready);
    expect(filesOfARun(dataDir)).toEqual([]);
    const next = startSystem({ dataDir, path });
    expect(await keptInRedis((await whenReady(next)).redisUrl)).toBe("yes");
    await endsClean(next);
  });
});
