import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { selfSignedCertificate } from "../../../packages/checks/test/self-signed-certificate.ts";
import { freePort } from "../../../scripts/redis/free-port.mjs";
import { type RedisServer, startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { type SpawnedApp, spawnApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";

const WORKER = fileURLToPath(new URL("../../worker/dist/main.js", import.meta.url));

const directory = mkdtempSync(join(tmpdir(), "caretaker-tls-"));
const ca = join(directory, "cert.pem");
let redis: RedisServer;
let env: Record<string, string>;

beforeAll(async () => {
  const { cert, key } = selfSignedCertificate({ endsAtMs: Date.now() + 86_400_000 });
  writeFileSync(ca, cert);
  writeFileSync(join(directory, "key.pem"), key);
  const port = await freePort();
  const tls = ["--tls-cert-file", ca, "--tls-key-file", join(directory, "key.pem"), "--tls-auth-clients", "no"];
  redis = await startRedisServer({ args: ["--port", "0", "--tls-port", String(port), ...tls] });
  env = { REDIS_URL: `rediss://localhost:${port}` };
});

afterAll(async () => {
  await redis.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe("with a Redis that speaks TLS under a private authority", () => {
  it("the worker publishes and the API answers, told of the authority by NODE_EXTRA_CA_CERTS", async () => {
    mkdirSync(join(directory, "recordings"));
    const trusting = { ...env, NODE_EXTRA_CA_CERTS: ca };
    const worker = spawnApp({ entry: WORKER, cwd: tmpdir(), env: { ...trusting, DATA_DIR: directory } });
    const api = spawnApi(trusting);
    await waitFor(async () => (await ready(api)).status === 200, { what: "readiness", timeoutMs: 20_000 });
    await Promise.all([stopApi(api), stopApi(worker)]);
  });

  it("an API that does not know the authority comes up, stays not ready, and says why once", async () => {
    const api = spawnApi(env);
    const line = await api.waitForLog((text) => text.includes("self-signed certificate"));
    expect(line).toContain('"level":"');
    expect((await ready(api)).status).toBe(503);
    expect((await fetch(`${await urlOf(api)}/health`)).status).toBe(200);
    await stopApi(api);
    expect(api.stdoutLines.filter((text) => text.includes("self-signed certificate")).length).toBeLessThanOrEqual(2);
  });
});

describe("with a Redis that asks for a client certificate", () => {
  const files = {
    REDIS_TLS_CA: ca,
    REDIS_TLS_CERT: join(directory, "cert.pem"),
    REDIS_TLS_KEY: join(directory, "key.pem"),
  };
  let strict: RedisServer;
  let strictEnv: Record<string, string>;

  beforeAll(async () => {
    const port = await freePort();
    const tls = ["--tls-cert-file", ca, "--tls-key-file", files.REDIS_TLS_KEY, "--tls-ca-cert-file", ca];
    strict = await startRedisServer({ args: ["--port", "0", "--tls-port", String(port), ...tls] });
    strictEnv = { REDIS_URL: `rediss://localhost:${port}`, KEY_PREFIX: "mutual" };
  });

  afterAll(() => strict.stop());

  it("worker, API and the worker's own redis check show theirs, and all of it passes", async () => {
    mkdirSync(join(directory, "mutual", "recordings"), { recursive: true });
    const mutual = { ...strictEnv, ...files };
    const env = { ...mutual, DATA_DIR: join(directory, "mutual") };
    const worker = spawnApp({ entry: WORKER, cwd: tmpdir(), env });
    const api = spawnApi(mutual);
    await waitFor(async () => (await ready(api)).status === 200, { what: "readiness", timeoutMs: 20_000 });
    const check = await waitFor(async () => stateOf(api, "redis"), { what: "the redis check's first result" });
    expect(check).toMatch(/up|degraded/);
    await Promise.all([stopApi(api), stopApi(worker)]);
  });

  it("an API without one comes up, stays not ready, and says so", async () => {
    const api = spawnApi({ ...strictEnv, REDIS_TLS_CA: ca });
    await api.waitForLog((text) => text.includes("redis connection"));
    expect((await ready(api)).status).toBe(503);
    await stopApi(api);
  });

  it("a key that is not there ends the start with 78, naming the variable and the path", async () => {
    const api = spawnApi({ ...strictEnv, ...files, REDIS_TLS_KEY: join(directory, "none.pem") });
    expect(await api.exit).toEqual({ code: 78, signal: null });
    expect(api.stderrLines.join()).toContain(`REDIS_TLS_KEY: "${join(directory, "none.pem")}" cannot be read (ENOENT)`);
  });
});

/** The state of a check once it is known. */
async function stateOf(api: SpawnedApp, name: string): Promise<string | null> {
  const { checks } = (await (await fetch(`${await urlOf(api)}/status`)).json()) as {
    checks: { name: string; state: string; freshness: string }[];
  };
  const check = checks.find((one) => one.name === name);
  return check === undefined || check.freshness === "none" ? null : check.state;
}

async function ready(api: SpawnedApp): Promise<Response> {
  return fetch(`${await urlOf(api)}/health/ready`);
}
