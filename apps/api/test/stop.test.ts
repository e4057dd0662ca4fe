import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { startRedisServer } from "../../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { spawnApi, urlOf } from "./api-process.ts";

const STEPS = ["drain", "drain delay", "close connections", "close redis"];

function start(redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "", env: Record<string, string> = {}): SpawnedApp {
  return spawnApi({ REDIS_URL: redisUrl, KEY_PREFIX: `stop-${randomUUID().slice(0, 8)}`, ...env });
}

function lines(app: SpawnedApp): Record<string, unknown>[] {
  return app.stdoutLines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function stepsOf(app: SpawnedApp): unknown[] {
  const steps = lines(app).filter(({ msg }) => msg === "shutdown step");
  for (const { ms } of steps) expect(ms).toEqual(expect.any(Number));
  return steps.map(({ step }) => step);
}

const WAYS: readonly (readonly [string, string, (app: SpawnedApp) => unknown])[] = [
  ["SIGTERM", "SIGTERM", (app) => app.child.kill("SIGTERM")],
  ["SIGINT", "SIGINT", (app) => app.child.kill("SIGINT")],
  ["SIGHUP", "SIGHUP", (app) => app.child.kill("SIGHUP")],
  ["quit on the console", "quit", (app) => app.child.stdin?.write("quit\n")],
  ["its parent being gone", "parent gone", (app) => app.child.disconnect()],
];

describe("the API stops by the same steps", () => {
  it.each(WAYS)("on %s", async (_way, reason, ask) => {
    const app = start();
    await urlOf(app);
    ask(app);
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(stepsOf(app)).toEqual(STEPS);
    expect(lines(app).find(({ msg }) => msg === "shutdown")).toMatchObject({ reason });
    expect(app.stderrLines).toEqual([]);
  });

  it("while Redis is away", async () => {
    const redis = await startRedisServer();
    const app = start(redis.url);
    await urlOf(app);
    await redis.stop();
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(stepsOf(app)).toEqual(STEPS);
  });

  it("serving through the drain delay: readiness is 503, liveness 200, and each response closes its connection", async () => {
    const app = start(undefined, { DRAIN_DELAY: "1s" });
    const url = await urlOf(app);
    app.child.kill("SIGTERM");
    await app.waitForLog((line) => line.includes('"step":"drain"'));
    const [ready, live] = await Promise.all([get(`${url}/health/ready`), get(`${url}/health`)]);
    expect(ready).toMatchObject({ status: 503, connection: "close" });
    expect(live).toMatchObject({ status: 200, connection: "close" });
    expect(live.body).toContain('"state":"draining"');
    expect(await app.exit).toEqual({ code: 0, signal: null });
  });

  it("at once with 128 + n on a second signal", async () => {
    const app = start(undefined, { DRAIN_DELAY: "60s", SHUTDOWN_TIMEOUT: "90s" });
    await urlOf(app);
    app.child.kill("SIGTERM");
    await app.waitForLog((line) => line.includes('"step":"drain"'));
    const secondMs = performance.now() + 150;
    while (performance.now() < secondMs) await get(`${await urlOf(app)}/health`);
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 143, signal: null });
  });
});

function get(url: string): Promise<{ status: number | undefined; connection: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false, headers: { Connection: "keep-alive" } }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += String(chunk);
      });
      response.on("end", () => resolve({ status: response.statusCode, connection: response.headers.connection, body }));
    })
      .on("error", reject)
      .end();
  });
}
