import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { History, Status } from "@caretaker/status";
import { createStatusClient } from "@caretaker/status/client";
import {
  acceptedCheckRunSchema,
  acceptedRunSchema,
  explainSchema,
  historySchema,
  problemSchema,
  runSchema,
  statusSchema,
  targetSchema,
} from "@caretaker/status/schemas";
import { openStatusStore } from "@caretaker/status/store";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { z } from "zod";
import { type RedisServer, startRedisServer } from "../../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type DirectedFleet, openDirectedFleet } from "../../worker/test/directed-fleet.ts";
import { scratchDirectory, stopWorker } from "../../worker/test/worker-process.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";
import { expectConforms } from "./conforms.ts";

const ADMIN_TOKEN = "admin-token-of-a-test";
const STATUS_TOKEN = "status-token-of-a-test";
const QUICK = { every: "1s", timeout: "300ms", failureThreshold: 1, successThreshold: 1 } as const;

const root = scratchDirectory();
const dataDir = join(root, "data");
const sessionsRoot = join(root, "sessions");

let redis: RedisServer;
let fleet: DirectedFleet;
let worker: SpawnedApp;
let api: SpawnedApp;
let url: string;

const startWorker = () => fleet.start("host-a", { DATA_DIR: dataDir, SESSIONS_ROOT: sessionsRoot });

async function startApi(): Promise<void> {
  const tokens = { ADMIN_TOKEN, STATUS_TOKEN };
  api = spawnApi({ REDIS_URL: redis.url, KEY_PREFIX: fleet.prefix, HOST_ID: "host-a", BALANCER: "haproxy", ...tokens });
  url = await urlOf(api);
}

beforeAll(async () => {
  mkdirSync(sessionsRoot);
  redis = await startRedisServer();
  fleet = openDirectedFleet(root, redis.url, [
    { ...QUICK, name: "db", critical: true },
    { ...QUICK, name: "disk", scope: "host" },
    { name: "slow", every: "10s", timeout: "9s" },
  ]);
  fleet.direct("slow", "wait:6000");
  worker = startWorker();
  await startApi();
  await untilHistory(({ strips }) => ["db", "disk"].every((name) => strips.some(({ check }) => check === name)));
});

afterAll(async () => {
  await Promise.all([stopWorker(worker), stopApi(api)]);
  fleet.close();
  await redis.stop();
});

const client = () => createStatusClient({ url, token: STATUS_TOKEN });

async function ask(path: string, init: RequestInit = {}, token = ADMIN_TOKEN) {
  // Between two questions the server may close an idle connection.
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", connection: "close" };
  const response = await fetch(url + path, { ...init, headers });
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: (await response.json()) as unknown,
  };
}

function untilHistory(fits: (history: History) => boolean): Promise<History> {
  const look = async () => {
    const history = await client().history({ range: "1h" });
    return fits(history) && history;
  };
  return waitFor(look, { what: "the awaited history", timeoutMs: 25_000 });
}

it("is described by an OpenAPI document that a validator takes, all of its references resolved", async () => {
  const { body } = await ask("/openapi.json");
  const validator = new Validator();
  expect(await validator.validate(body as Record<string, unknown>)).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
  expect(JSON.stringify(validator.resolveRefs())).not.toContain("$ref");
});

it("answers every route as the document and the schemas say, refusals too", async () => {
  const { body: document } = await ask("/openapi.json");
  const ajv = new Ajv2020({ strict: false, schemas: [{ $id: "api", ...(document as object) }] });
  const isDescribed = (name: string, body: unknown) => {
    const validate = ajv.getSchema(`api#/components/schemas/${name}`);
    expect(validate?.(body), `${name}: ${JSON.stringify(validate?.errors)}`).toBe(true);
  };
  const told = async (path: string, name: string, schema: z.ZodType, init: RequestInit = {}) => {
    const answer = await ask(path, init);
    isDescribed(name, answer.body);
    expectConforms(schema, answer.body);
    return answer;
  };
  await told("/status", "Status", statusSchema);
  for (const range of ["1h", "24h", "7d"]) await told(`/status/history?range=${range}`, "History", historySchema);
  await told("/status/history?check=db", "History", historySchema);
  const explained = await told("/status/explain/db", "CheckExplanations", explainSchema);
  const [{ id }] = (explained.body as { transitions: [{ id: string }] }).transitions;
  await told(`/status/explain/db?at=${id}`, "CheckExplanations", explainSchema);
  const run = { method: "POST", body: "{}" };
  expect((await told("/checks/db/runs", "AcceptedCheckRun", acceptedCheckRunSchema, run)).status).toBe(202);
  const asked = await told("/retention/small/runs", "AcceptedRun", acceptedRunSchema, { method: "POST", body: "{}" });
  expect(asked.status).toBe(202);
  const { url: runUrl } = asked.body as { url: string };
  const isDone = async () => ((await ask(runUrl)).body as { state?: string }).state === "completed";
  await waitFor(isDone, { what: "the run", timeoutMs: 20_000 });
  await waitFor(async () => ((await ask(runUrl)).body as { report: unknown }).report, { what: "its report" });
  await told(runUrl, "Run", runSchema);
  await told("/retention/small/runs", "Target", targetSchema);
  await told("/status", "Status", statusSchema);
  const refusals: [string, number, RequestInit?][] = [
    ["/status/history?range=2h", 400],
    ["/status/history?range=1h&check=nobody", 404],
    ["/status/history?range=1h&check=a&check=b", 404],
    ["/status/explain/nobody", 404],
    ["/retention/nobody/runs", 404],
    ["/retention/small/runs", 400, { method: "POST", body: '{"dryRun":1}' }],
    ["/nothing-here", 404],
  ];
  for (const [path, status, init] of refusals) {
    const answer = await told(path, "Problem", problemSchema, init);
    expect([path, answer.status, answer.type]).toEqual([path, status, "application/problem+json; charset=utf-8"]);
  }
  expect((await ask("/status/history", {}, "another")).status).toBe(401);
});

it("shows what a worker is at, how full its queues are, and how long the last runs took", async () => {
  const isAtSlow = ({ workers }: Status) => workers.some(({ jobs }) => jobs.some(({ name }) => name === "slow"));
  const status = await waitFor(
    async () => {
      const told = await client().status();
      return isAtSlow(told) && told;
    },
    { what: "the slow check under way", timeoutMs: 20_000 },
  );
  const job = status.workers[0]?.jobs.find(({ name }) => name === "slow");
  expect(status.nowMs - (job?.startedAtMs ?? 0)).toBeLessThan(20_000);
  expect(status.queues.map(({ name }) => name)).toEqual(["checks", "checks-host-host-a", "cleanup-small"]);
  expect(status.queues[0]).toMatchObject({ active: expect.any(Number), failed: 0, atMs: status.workers[0]?.beatAtMs });
  const db = status.checks.find(({ name }) => name === "db");
  expect(db?.durationsMs.length).toBeGreaterThan(1);
  expect(db?.nextRunAtMs).toBe((db?.atMs ?? 0) + 1_000);
  expect(db?.output).toBe("db is fine");
});

it("shows what was after the API, the worker and a Redis that lost everything were restarted", {
  timeout: 90_000,
}, async () => {
  fleet.direct("db", "fail");
  await fleet.untilState("db", "down");
  fleet.direct("db", "pass");
  await fleet.untilState("db", "up");
  const isMixed = ({ strips }: History) => strips.some(({ check, mixed }) => check === "db" && mixed.length > 0);
  const before = await untilHistory((history) => isMixed(history) && history.transitions[0]?.to === "up");
  const changesOfDb = ({ transitions }: History) => transitions.filter(({ check }) => check === "db");
  expect(changesOfDb(before).slice(0, 2)).toMatchObject([
    { from: "down", to: "up", endedAtMs: null },
    { from: "up", to: "down", code: "refused", endedAtMs: changesOfDb(before)[0]?.atMs },
  ]);
  // One more look of the worker, so that the database has what the API tells from memory.
  await untilHistory((history) => history.nowMs > before.nowMs + 6_000);
  await Promise.all([stopWorker(worker), stopApi(api)]);
  await redis.restart({ keepData: false });
  worker = startWorker();
  await startApi();
  const after = await untilHistory(
    (history) => isMixed(history) && changesOfDb(history).length > changesOfDb(before).length,
  );
  const known = changesOfDb(before).map(({ id, from, to, code }) => ({ id, from, to, code }));
  expect(changesOfDb(after).slice(-known.length)).toMatchObject(known);
});

it("tells a dashboard that reads Redis itself the same", async () => {
  const store = openStatusStore({ redis: redis.url, prefix: fleet.prefix, hostId: "host-a" });
  let changes = 0;
  const stopListening = store.onChange(() => {
    changes += 1;
  });
  try {
    const own = await waitFor(() => store.status().store.loaded && store.status());
    expectConforms(statusSchema, own);
    const { checks, retention } = await client().status();
    const timeless = (list: Status["checks"]) =>
      list.map(({ name, host, critical, everyMs }) => ({ name, host, critical, everyMs }));
    expect(timeless(own.checks)).toEqual(timeless(checks));
    expect(own.retention).toEqual(retention);
    const history = await store.history({ range: "24h", check: "db" });
    expectConforms(historySchema, history);
    expect(history.strips.map(({ check }) => check)).toEqual(["db"]);
    await waitFor(() => changes > 2, { what: "changes" });
  } finally {
    stopListening();
    store.close();
  }
});

it("reads the past from Redis at most once in five seconds, however many ask", async () => {
  const callsOf = async (command: string) => {
    const stats = await fleet.client.info("commandstats");
    return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, "m").exec(stats)?.[1] ?? 0);
  };
  const before = await callsOf("xrevrange");
  const startedMs = performance.now();
  const patient = createStatusClient({ url, token: STATUS_TOKEN, timeoutMs: 20_000 });
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(Array.from({ length: 20 }, () => patient.history({ range: "7d" })));
  }
  const readings = (await callsOf("xrevrange")) - before;
  expect(readings).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - startedMs) / 5_000));
});
