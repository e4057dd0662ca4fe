import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startRedisServer } from "../../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { fixture, parseLine, scratchDirectory, spawnWorker } from "./worker-process.ts";

const directory = scratchDirectory();

const STEPS = [
  "stop scheduling",
  "finish running work",
  "withdraw host results",
  "close queues",
  "remove beat file",
  "close database",
];

function start(redisUrl: string): SpawnedApp {
  const id = randomUUID().slice(0, 8);
  return spawnWorker({
    REDIS_URL: redisUrl,
    KEY_PREFIX: `stop-${id}`,
    DATA_DIR: join(directory, id),
    CARETAKER_CONFIG: fixture("counting.config.mjs"),
    COUNT_FILE: join(directory, `notes-${id}`),
  });
}

function stepsOf(app: SpawnedApp): unknown[] {
  const lines = app.stdoutLines.map(parseLine).filter((line) => line?.["msg"] === "shutdown step");
  for (const line of lines) expect(line?.["ms"]).toEqual(expect.any(Number));
  return lines.map((line) => line?.["step"]);
}

const WAYS: readonly (readonly [string, string, (app: SpawnedApp) => unknown])[] = [
  ["SIGTERM", "SIGTERM", (app) => app.child.kill("SIGTERM")],
  ["SIGINT", "SIGINT", (app) => app.child.kill("SIGINT")],
  ["SIGHUP", "SIGHUP", (app) => app.child.kill("SIGHUP")],
  ["quit on the console", "quit", (app) => app.child.stdin?.write("quit\n")],
  ["its parent being gone", "parent gone", (app) => app.child.disconnect()],
];

describe("the worker stops by the same steps", () => {
  it.each(WAYS)("on %s", async (_way, reason, ask) => {
    const app = start(process.env["CARETAKER_TEST_REDIS_URL"] ?? "");
    await app.waitForLog((line) => line.includes("schedules installed"));
    ask(app);
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(stepsOf(app)).toEqual(STEPS);
    expect(app.stdoutLines.map(parseLine).find((line) => line?.["msg"] === "shutdown")).toMatchObject({ reason });
    expect(app.stderrLines).toEqual([]);
  });

  it("within a bound while Redis is away", async () => {
    const redis = await startRedisServer();
    const app = start(redis.url);
    await app.waitForLog((line) => line.includes("schedules installed"));
    await redis.stop();
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(stepsOf(app)).toEqual(STEPS);
  });

  it("within a bound where Redis never was", async () => {
    const app = start("redis://127.0.0.1:1");
    await app.waitForLog((line) => line.includes("worker started"));
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(stepsOf(app)).toEqual(STEPS);
  });
});
