import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { askRedis } from "../redis/ask-redis.mjs";
import { startRedisServer } from "./redis-server.ts";
import { spawnApp } from "./spawn-app.ts";
import { waitFor } from "./wait-for.ts";

const dir = mkdtempSync(join(tmpdir(), "caretaker-helper-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("a test's own Redis", () => {
  it("keeps its data over a crash and loses them when asked", async () => {
    const redis = await startRedisServer({ password: "a b&c" });
    await askRedis(redis.url, [["SET", "k", "v"]]);
    const firstPid = redis.pid;
    await redis.kill9();
    await redis.restart();
    expect(redis.pid).not.toBe(firstPid);
    expect(await askRedis(redis.url, [["GET", "k"]])).toEqual(["v"]);
    await redis.restart({ keepData: false });
    expect(await askRedis(redis.url, [["GET", "k"]])).toEqual([null]);
    await redis.stop();
    await redis.stop();
  });

  it("answers nothing while paused", async () => {
    const redis = await startRedisServer();
    redis.pause();
    await expect(askRedis(redis.url, [["PING"]], { timeoutMs: 200 })).rejects.toThrow("no answer within 200 ms");
    redis.resume();
    expect(await askRedis(redis.url, [["PING"]])).toEqual(["PONG"]);
    redis.pause();
    await redis.stop();
  });

  it("shows the server's own words when it cannot start", async () => {
    await expect(startRedisServer({ args: ["--maxmemory-policy", "sometimes"] })).rejects.toThrow(
      /redis-server ended with 1/,
    );
  });
});

it("gives every test file the shared server", async () => {
  expect(await askRedis(process.env["CARETAKER_TEST_REDIS_URL"] ?? "", [["PING"]])).toEqual(["PONG"]);
});

it("runs an app without the developer's environment and reports its end", async () => {
  const entry = join(dir, "app.mjs");
  writeFileSync(
    entry,
    `process.on("SIGTERM", () => process.exit(3)); setInterval(() => {}, 1000);
     process.send({ type: "listening", port: 7 }); console.log(Object.keys(process.env).includes("USER_SET"), process.env.GIVEN);`,
  );
  process.env["USER_SET"] = "x";
  const app = spawnApp({ entry, env: { GIVEN: "yes" } });
  expect(await app.waitForLog((line) => line.includes("yes"))).toBe("false yes");
  expect(await app.waitForPort()).toBe(7);
  app.child.kill("SIGTERM");
  expect(await app.exit).toEqual({ code: 3, signal: null });
  await expect(app.waitForLog((line) => line === "never")).rejects.toThrow(/ended \(3\) without the awaited log line/);
});

describe("waitFor", () => {
  it("says what it waited for and what it saw last", async () => {
    await expect(waitFor(() => 0, { timeoutMs: 30, what: "a number" })).rejects.toThrow(
      "waited 30 ms for a number; last value: 0",
    );
    const failing = () => Promise.reject(new Error("not yet"));
    await expect(waitFor(failing, { timeoutMs: 30, what: "calm" })).rejects.toThrow("last error: Error: not yet");
  });
});
