import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RedisServer, startRedisServer } from "../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../scripts/testing/wait-for.ts";
import { addressOf, spawnExample, stopExample } from "./spawn-example.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const KEY = "sk-example-0123456789abcdef";
const data = mkdtempSync(join(realpathSync(tmpdir()), "caretaker-translation-"));
let redis: RedisServer;
let llm: Server;
let server: SpawnedApp;
let worker: SpawnedApp;
let url: string;

/** A language model server as far as the example uses one. */
function startLlm(): Promise<Server> {
  const answers: Record<string, unknown> = {
    "/v1/models": { data: [{ id: "translator" }] },
    "/v1/chat/completions": { choices: [{ message: { content: "bonjour" } }] },
  };
  const started = createServer((request, response) => {
    const isAllowed = request.headers.authorization === `Bearer ${KEY}`;
    response.writeHead(isAllowed ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify(isAllowed ? answers[request.url ?? ""] : {}));
  });
  return new Promise((resolve) => started.listen(0, "127.0.0.1", () => resolve(started)));
}

beforeAll(async () => {
  [redis, llm] = await Promise.all([startRedisServer(), startLlm()]);
  // What answers `ffmpeg -version`, on machines with and without the real one.
  const ffmpeg = join(data, "ffmpeg");
  writeFileSync(ffmpeg, "#!/bin/sh\necho ffmpeg version 7\n");
  chmodSync(ffmpeg, 0o755);
  const env = {
    REDIS_URL: redis.url,
    DATA_DIR: data,
    LLM_URL: `http://127.0.0.1:${(llm.address() as AddressInfo).port}/v1`,
    OPENAI_API_KEY: KEY,
    PATH: `${data}:${process.env["PATH"]}`,
  };
  server = spawnExample("translation-server/server", env);
  url = await addressOf(server);
  worker = spawnExample("translation-server/worker", env);
  await worker.waitForLog((line) => line.includes("worker started"));
});

afterAll(async () => {
  const codes = await Promise.all([server, worker].map(stopExample));
  await redis.stop();
  llm.close();
  rmSync(data, { recursive: true, force: true });
  expect(codes).toEqual([0, 0]);
});

it("translates into its database and records what recorderSessions() owns", async () => {
  const body = JSON.stringify({ text: "good morning", to: "French" });
  const headers = { "content-type": "application/json" };
  const translated = await fetch(`${url}/translate`, { method: "POST", headers, body });
  expect(await translated.json()).toEqual({ translated: "bonjour" });
  const database = new Database(join(data, "translations.db"), { readonly: true });
  expect(database.prepare("SELECT * FROM translations").all()).toEqual([{ source: "good morning", target: "bonjour" }]);
  database.close();

  const audio = { method: "POST", headers: { "content-type": "audio/l16" }, body: new Uint8Array(3_200) };
  expect((await fetch(`${url}/recordings`, audio)).status).toBe(201);
  const [session = ""] = readdirSync(join(data, "recordings")).filter((name) => !name.startsWith("."));
  const marker = JSON.parse(readFileSync(join(data, "recordings", session, "metadata.json"), "utf8"));
  expect(marker).toMatchObject({ total_segments: 1, ended_at: expect.any(String) });
});

it("answers the old /health in the old format, and says that it is going", async () => {
  const response = await waitFor(
    async () => {
      const asked = await fetch(`${url}/health`);
      const text = await asked.clone().text();
      return text.includes('"status":"ok","components"') && text.includes('"llm"') ? asked : null;
    },
    { what: "an old answer that says ok", timeoutMs: 15_000 },
  );
  expect(response.status).toBe(200);
  expect(response.headers.get("deprecation")).toMatch(/^@\d+$/);
  const { components } = (await response.json()) as { components: Record<string, { status: string }> };
  expect(Object.keys(components).toSorted()).toEqual(
    ["database", "ffmpeg", "llm", "openai-api-key", "recordings", "retention-recordings", "store"].toSorted(),
  );
  expect(components["llm"]).toEqual({ status: "ok", message: "llm is fine", latency_ms: expect.any(Number) });
  expect(await (await fetch(`${url}/livez`)).json()).toEqual({ status: "pass", state: "ready" });
});

it("passes the smoke checklist, and shows its key nowhere", async () => {
  const { code, output } = await smoke();
  expect(output).toMatch(/8 of 8 ok/);
  expect(code).toBe(0);
});

function smoke(): Promise<{ code: number | null; output: string }> {
  const args = ["scripts/smoke.mjs", "--url", url];
  const child = spawn(process.execPath, args, { cwd: REPOSITORY, env: { ...process.env, OPENAI_API_KEY: KEY } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}
