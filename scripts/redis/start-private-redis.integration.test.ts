import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findOnPath } from "../setup/find-on-path.mjs";
import { isRunning } from "../testing/is-running.ts";
import { keepInRedis, keptInRedis } from "../testing/kept-in-redis.ts";
import { redisEngines } from "../testing/redis-engines.ts";
import { spawnApp } from "../testing/spawn-app.ts";
import { waitFor } from "../testing/wait-for.ts";
import { askRedis } from "./ask-redis.mjs";
import { startPrivateRedis } from "./start-private-redis.mjs";

const entry = fileURLToPath(new URL("fixtures/hold-redis.mjs", import.meta.url));
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "caretaker-private-redis-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A directory of programs with these, each under its name. */
function binOf(programs: Readonly<Record<string, string | undefined>>): string {
  const bin = join(mkdtempSync(join(home, "bin-")));
  for (const [name, path] of Object.entries(programs)) symlinkSync(path ?? `no ${name} was found`, join(bin, name));
  return bin;
}

function hold(path: string, dataDir = join(home, "data")) {
  return spawnApp({ entry, args: [dataDir], env: { PATH: path } });
}

async function opened(app: ReturnType<typeof hold>): Promise<{ url: string; pid: number }> {
  const found = await Promise.race([waitFor(() => app.messages[0], { what: "an open Redis" }), app.exit]);
  if (!("url" in Object(found))) throw new Error(app.stderrLines.join("\n"));
  return found as { url: string; pid: number };
}

// Under the name that is looked for first, whichever it is: a search for another one would find the machine's own.
const SERVERS = redisEngines().flatMap(({ name, path }) => [
  {
    on: `${name}, with setpriv and flock`,
    pathOf: () => binOf({ "redis-server": path }) + delimiter + process.env["PATH"],
  },
  { on: `${name}, with neither, as on macOS`, pathOf: () => binOf({ "redis-server": path, sh: findOnPath(["sh"]) }) },
]);

describe.each(SERVERS)("the private Redis, by $on,", ({ pathOf: path }) => {
  it("dies with a parent that is killed, and is found in order again", async () => {
    const first = hold(path());
    const redis = await opened(first);
    await keepInRedis(redis.url);
    first.child.kill("SIGKILL");
    await first.exit;
    // At once, while the orphan may still be on its way out.
    const second = hold(path());
    const again = await opened(second);
    expect(isRunning(redis.pid)).toBe(false);
    expect(await keptInRedis(again.url)).toBe("yes");
    second.child.kill("SIGTERM");
    expect(await second.exit).toEqual({ code: 0, signal: null });
    await waitFor(() => !isRunning(again.pid), { what: "the end of Redis" });
    expect(readdirSync(join(home, "data", "redis")).filter((name) => /instance|conf|pid/.test(name))).toEqual([]);
  });

  it("clears what it has left when it is killed together with its parent", async () => {
    const first = hold(path());
    const redis = await opened(first);
    await keepInRedis(redis.url);
    for (const pid of [Number(first.child.pid), redis.pid]) process.kill(pid, "SIGKILL");
    await first.exit;
    const second = hold(path());
    expect(await keptInRedis((await opened(second)).url)).toBe("yes");
    second.child.kill("SIGTERM");
    expect(await second.exit).toEqual({ code: 0, signal: null });
    expect(readdirSync(join(home, "data", "redis")).filter((name) => /instance|conf|pid/.test(name))).toEqual([]);
  });

  it("refuses a second one on the same directory", async () => {
    const first = hold(path());
    const redis = await opened(first);
    const second = hold(path());
    expect((await second.exit).code).toBe(1);
    expect(second.stderrLines).toEqual([
      expect.stringMatching(
        `redis is in use by process ${first.child.pid} .its Redis is process ${redis.pid}.: stop that one`,
      ),
    ]);
    expect(await askRedis(redis.url, [["PING"]])).toEqual(["PONG"]);
    first.child.kill("SIGTERM");
    expect((await first.exit).code).toBe(0);
  });

  it("lets exactly one of several starters win", async () => {
    const starters = Array.from({ length: 4 }, () => hold(path()));
    const results = await Promise.allSettled(starters.map(opened));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const { child } of starters) child.kill("SIGTERM");
    const codes = await Promise.all(starters.map(({ exit }) => exit.then(({ code }) => code)));
    expect(codes.toSorted()).toEqual([0, 1, 1, 1]);
  });
});

// The kernel tells a child of its parent only from when the child has asked.
const SETPRIV = findOnPath(["setpriv"]);

describe.each(SETPRIV === undefined ? [] : redisEngines())("the private Redis, by $name,", ({ path: server }) => {
  it("is not started for a parent that is killed before it is tied to it", async () => {
    const bin = binOf({ "redis-server": server });
    const kill = '[ "$3" = true ] || { kill -9 "$PPID"; while kill -0 "$PPID" 2>/dev/null; do :; done; }';
    writeFileSync(join(bin, "setpriv"), `#!/bin/sh\n${kill}\nexec "${SETPRIV}" "$@"\n`, { mode: 0o755 });
    const path = bin + delimiter + process.env["PATH"];
    const first = hold(path);
    expect(await first.exit).toEqual({ code: null, signal: "SIGKILL" });
    const second = hold(binOf({ "redis-server": server }) + delimiter + process.env["PATH"]);
    expect(await askRedis((await opened(second)).url, [["PING"]])).toEqual(["PONG"]);
    second.child.kill("SIGTERM");
    expect(await second.exit).toEqual({ code: 0, signal: null });
  });
});

describe.each(redisEngines())("the directory of the private Redis, by $name,", ({ path: server }) => {
  const found = { kind: "server", path: server } as const;

  it("is cleared of what a dead start has left", async () => {
    const dir = join(home, "redis");
    mkdirSync(dir);
    writeFileSync(join(dir, "made-by-caretaker"), "");
    writeFileSync(join(dir, "lock.pid"), "4194304999");
    writeFileSync(
      join(dir, "instance.json"),
      '{"url":"redis://:x@127.0.0.1:1","pid":4194304998,"launcherPid":4194304999}',
    );
    const redis = await startPrivateRedis({ dataDir: home, found });
    expect(await askRedis(redis.url, [["PING"]])).toEqual(["PONG"]);
    await redis.stop();
  });

  it("is not taken for one in use when a stranger has the port of a dead start", async () => {
    const dir = join(home, "redis");
    const stranger = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
    mkdirSync(dir);
    writeFileSync(join(dir, "made-by-caretaker"), "");
    const instance = { url: stranger.replace("//", "//:x@"), pid: 4_194_304_998, launcherPid: 4_194_304_999 };
    writeFileSync(join(dir, "instance.json"), JSON.stringify(instance));
    const redis = await startPrivateRedis({ dataDir: home, found });
    expect(redis.url).not.toContain(new URL(stranger).port);
    await redis.stop();
    expect(await askRedis(stranger, [["PING"]])).toEqual(["PONG"]);
  });

  it("is left alone when something else is in it", async () => {
    mkdirSync(join(home, "redis"));
    writeFileSync(join(home, "redis", "dump.rdb"), "someone's");
    await expect(startPrivateRedis({ dataDir: home, found })).rejects.toThrow(
      /holds files that Caretaker did not make/,
    );
    expect(readdirSync(join(home, "redis"))).toEqual(["dump.rdb"]);
  });

  it("may have a long name with blanks and quotes, and keeps its secrets to its owner", async () => {
    const dataDir = join(home, 'a "quoted" na\\me', "x".repeat(120));
    const redis = await startPrivateRedis({ dataDir, found });
    const [dir, policy, aof] = await askRedis(redis.url, [
      ["CONFIG", "GET", "dir"],
      ["CONFIG", "GET", "maxmemory-policy"],
      ["CONFIG", "GET", "appendonly"],
    ]);
    expect(dir).toEqual(["dir", join(dataDir, "redis")]);
    expect([policy, aof]).toEqual([
      ["maxmemory-policy", "noeviction"],
      ["appendonly", "yes"],
    ]);
    expect(statSync(join(dataDir, "redis", "instance.json")).mode & 0o077).toBe(0);
    await expect(askRedis(redis.url.replace(/:[^:@]+@/, ""), [["PING"]])).resolves.toEqual([
      expect.objectContaining({ message: expect.stringContaining("NOAUTH") }),
    ]);
    await redis.stop();
  });
});
