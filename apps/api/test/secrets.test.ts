import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { afterAll, expect, it } from "vitest";
import { startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { spawnApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";

const directory = mkdtempSync(join(tmpdir(), "caretaker-secrets-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const CANARIES = {
  OPENAI_API_KEY: "sk-Qm7vXw2LkT9pRz4cYb8N",
  HF_TOKEN: "hf_JhG3sDf8KlPq1WvZx6Cu",
  redisPassword: "Zy5uTr2eWq9aSd7fGh4j",
  ADMIN_TOKEN: "Adm1nUx3vNb6mLk9oPi8",
  STATUS_TOKEN: "St4tusHg7fDs2aQw5eRt",
};

/** Every eight consecutive characters of every canary. */
const PIECES = Object.values(CANARIES).flatMap((canary) =>
  Array.from({ length: canary.length - 7 }, (_, index) => canary.slice(index, index + 8)),
);

function leaksIn(text: string): string[] {
  return PIECES.filter((piece) => text.includes(piece));
}

/** Every key of a Redis with everything it holds, as one text. */
async function dump(url: string): Promise<string> {
  const client = new Redis(url);
  const parts: string[] = [];
  for (const key of await client.keys("*")) {
    const type = await client.type(key);
    const value = await read(client, key, type);
    parts.push(key, JSON.stringify(value));
  }
  client.disconnect();
  return parts.join("\n");
}

function read(client: Redis, key: string, type: string): Promise<unknown> {
  switch (type) {
    case "hash":
      return client.hgetall(key);
    case "list":
      return client.lrange(key, 0, -1);
    case "zset":
      return client.zrange(key, "0", "-1");
    case "set":
      return client.smembers(key);
    case "stream":
      return client.xrange(key, "-", "+");
    default:
      return client.get(key);
  }
}

function files(path: string): string {
  if (statSync(path).isFile()) return readFileSync(path, "latin1");
  return readdirSync(path)
    .map((name) => files(join(path, name)))
    .join("\n");
}

const ROUTES = [
  "/",
  "/app.js",
  "/health",
  "/livez",
  "/healthz",
  "/health/ready",
  "/health/ready?verbose",
  "/readyz",
  "/health/startup",
  "/health/ready/redis",
  "/health/ready/openai-api-key?verbose",
  "/status",
  "/status/history?range=7d",
  "/openapi.json",
  "/retention/recordings/runs",
  "/retention/nothing/runs",
  "/nothing",
];

it("the search finds a piece of a secret wherever it stands", () => {
  expect(leaksIn(`a${CANARIES.HF_TOKEN.slice(5, 13)}z`)).toEqual([CANARIES.HF_TOKEN.slice(5, 13)]);
});

it("no route, no Redis value, no file and no log line holds eight characters of any secret", async () => {
  const redis = await startRedisServer({ password: CANARIES.redisPassword });
  const { OPENAI_API_KEY, HF_TOKEN, ADMIN_TOKEN, STATUS_TOKEN } = CANARIES;
  const shared = { REDIS_URL: redis.url, KEY_PREFIX: `canary-${randomUUID().slice(0, 8)}`, LOG_LEVEL: "debug" };
  const worker = spawnApp({
    entry: fileURLToPath(new URL("../../worker/dist/main.js", import.meta.url)),
    cwd: tmpdir(),
    env: { ...shared, DATA_DIR: directory, OPENAI_API_KEY, HF_TOKEN },
  });
  const api = spawnApi({ ...shared, ADMIN_TOKEN, STATUS_TOKEN, OPENAI_API_KEY, HF_TOKEN });
  const url = await urlOf(api);
  const admin = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  const told: string[] = [];
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(url + path, init);
    told.push([...response.headers].flat().join("\n"), await response.text());
    return response;
  };
  await waitFor(async () => (await (await ask("/health/ready", { headers: admin })).status) === 200, { what: "ready" });
  await waitFor(() => told.at(-1)?.includes("hf-token") || ask("/health/ready").then(() => false), {
    what: "all checks",
  });

  for (const path of ROUTES) {
    await ask(path);
    await ask(path, { headers: admin });
    await ask(path, { headers: { Authorization: `Bearer ${STATUS_TOKEN}` } });
  }
  const asked = await ask("/retention/recordings/runs", {
    method: "POST",
    headers: { ...admin, "Content-Type": "application/json" },
    body: JSON.stringify({ reason: "a test" }),
  });
  expect(asked.status).toBe(202);
  // A password that is refused is where a driver would echo it.
  await redis.kill9();
  await waitFor(
    async () =>
      (await (await ask("/health/ready/store?verbose", { headers: admin })).text) &&
      told.at(-1)?.includes("unreachable"),
    {
      what: "the store being unreachable",
    },
  );
  await redis.restart();
  await waitFor(
    async () =>
      (await ask("/health/ready")).status === 200 && told.at(-1)?.includes('"store:state":[{"caretaker":{"code":"ok"'),
    {
      what: "recovery",
    },
  );

  expect(told.join("\n")).toContain("openai-api-key");
  const stored = await dump(redis.url);
  expect(stored).toContain("openai-api-key");
  await stopApi(api);
  worker.child.kill("SIGTERM");
  await worker.exit;
  const logged = [...api.stdoutLines, ...api.stderrLines, ...worker.stdoutLines, ...worker.stderrLines].join("\n");
  expect(logged).toContain("shutdown finished");
  expect({
    told: leaksIn(told.join("\n")),
    stored: leaksIn(stored),
    logged: leaksIn(logged),
    files: leaksIn(files(directory)),
  }).toEqual({
    told: [],
    stored: [],
    logged: [],
    files: [],
  });
  await redis.stop();
});
