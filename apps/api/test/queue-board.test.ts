import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createKeys } from "@caretaker/redis-store";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type SpawnedApp, spawnApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";

const directory = mkdtempSync(join(tmpdir(), "caretaker-board-"));
const STATUS_TOKEN = "a-status-token-for-tests";
const prefix = `board-${randomUUID().slice(0, 8)}`;
const headers = { Authorization: `Bearer ${STATUS_TOKEN}` };

let client: Redis;
let apps: readonly SpawnedApp[];
let url: string;
let plainUrl: string;

beforeAll(async () => {
  const redis = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
  client = new Redis(redis);
  const env = { REDIS_URL: redis, KEY_PREFIX: prefix };
  const entry = fileURLToPath(new URL("../../worker/dist/main.js", import.meta.url));
  const api = spawnApi({ ...env, STATUS_TOKEN, QUEUE_BOARD: "true" });
  const plain = spawnApi({ ...env, STATUS_TOKEN });
  apps = [api, plain, spawnApp({ entry, cwd: tmpdir(), env: { ...env, DATA_DIR: directory } })];
  [url, plainUrl] = [await urlOf(api), await urlOf(plain)];
  await waitFor(async () => (await queues()).some(({ counts }) => counts.completed > 0), { what: "jobs on the board" });
});

afterAll(async () => {
  await Promise.all(apps.map(stopApi));
  client.disconnect();
  rmSync(directory, { recursive: true, force: true });
});

interface ShownQueue {
  readonly name: string;
  readonly readOnlyMode: boolean;
  readonly allowRetries: boolean;
  readonly counts: { readonly completed: number };
  readonly jobs: readonly Readonly<Record<string, unknown>>[];
}

async function queues(query = ""): Promise<readonly ShownQueue[]> {
  const response = await fetch(`${url}/queues/api/queues${query}`, { headers });
  return response.ok ? ((await response.json()) as { queues: ShownQueue[] }).queues : [];
}

it("shows the queues of the status with their jobs, each read-only", async () => {
  const status = (await (await fetch(`${url}/status`, { headers })).json()) as { queues: { name: string }[] };
  const used = (await queues()).find(({ counts }) => counts.completed > 0)?.name ?? "";
  const shown = await queues(`?activeQueue=${used}&status=completed&page=1`);
  expect(shown.map(({ name }) => name).sort()).toEqual(status.queues.map(({ name }) => name).sort());
  for (const { readOnlyMode, allowRetries } of shown)
    expect({ readOnlyMode, allowRetries }).toEqual({ readOnlyMode: true, allowRetries: false });
  expect(shown.find(({ name }) => name === used)?.jobs.length).toBeGreaterThan(0);
});

it("serves its page and every file of it from here, under a policy of its own", async () => {
  const response = await fetch(`${url}/queues/`, { headers });
  const page = await response.text();
  expect({ status: response.status, type: response.headers.get("content-type") }).toMatchObject({ status: 200 });
  expect(page).toContain('<base href="/queues/" />');
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("default-src 'none'");
  const files = [...page.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, file]) => file);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) expect((await fetch(`${url}/queues/${file}`, { headers })).status).toBe(200);
  const front = await fetch(`${url}/`, { headers });
  expect(front.headers.get("content-security-policy")).not.toContain("unsafe-inline");
});

it.each([
  ["PUT", "/queues/api/queues/checks/pause"],
  ["PUT", "/queues/api/queues/checks/empty"],
  ["PUT", "/queues/api/queues/checks/clean/completed"],
  ["PUT", "/queues/api/queues/checks/obliterate"],
  ["POST", "/queues/api/queues/checks/add"],
  ["PUT", "/queues/api/queues/pause"],
  ["DELETE", "/queues/api/queues/checks"],
])("refuses %s %s, and nothing changes", async (method, path) => {
  const before = await client.hgetall(`${createKeys(prefix).queues}:checks:meta`);
  const response = await fetch(url + path, { method, headers });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("GET, HEAD");
  expect(await response.json()).toMatchObject({ code: "method_not_allowed" });
  expect(await client.hgetall(`${createKeys(prefix).queues}:checks:meta`)).toEqual(before);
});

it("tells no error's text and no path of the machine", async () => {
  const key = `${createKeys(prefix).queues}:cleanup-recordings`;
  const failed = { name: "run", data: "{}", opts: "{}", timestamp: "1", finishedOn: "2" };
  const error = { failedReason: "ENOENT /srv/secret-place", stacktrace: '["Error: at /srv/secret-place/a.js"]' };
  await client.hset(`${key}:failed-by-hand`, { ...failed, ...error });
  await client.zadd(`${key}:failed`, 2, "failed-by-hand");
  const [list, one] = await Promise.all([
    fetch(`${url}/queues/api/queues?activeQueue=cleanup-recordings&status=failed&page=1`, { headers }),
    fetch(`${url}/queues/api/queues/cleanup-recordings/failed-by-hand`, { headers }),
  ]);
  const told = (await list.text()) + (await one.text());
  expect(told).toContain("failed-by-hand");
  expect(told).toContain("see the worker's log");
  expect(told).not.toContain("secret-place");
});

it("is for whoever may read, and is not there unless asked for", async () => {
  expect((await fetch(`${url}/queues/`)).status).toBe(401);
  expect((await fetch(`${url}/queues/api/queues`)).status).toBe(401);
  expect((await fetch(`${plainUrl}/queues/`, { headers })).status).toBe(404);
});
