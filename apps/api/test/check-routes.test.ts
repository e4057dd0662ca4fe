import { randomUUID } from "node:crypto";
import { defineCheck, pass } from "@caretaker/health";
import { createKeys } from "@caretaker/redis-store";
import { type CaretakerWorker, startWorker } from "@caretaker/worker";
import { Queue } from "bullmq";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";

const REDIS_URL = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const KEY_PREFIX = `asked-${randomUUID().slice(0, 8)}`;
const ADMIN_TOKEN = "an-admin-token-for-tests";
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

const runs = { fleet: 0, host: 0, slow: 0, slowNow: 0, slowMost: 0 };
// Rarely, so that every run but the first is one that was asked for.
const checks = [
  defineCheck({ name: "fleet", every: "1h", run: () => count("fleet") }),
  defineCheck({ name: "host", every: "1h", scope: "host", run: () => count("host") }),
  defineCheck({ name: "slow", every: "1h", run: slow }),
];

// What a run of the slow check waits for.
let gate = Promise.resolve();

const wishes = new Queue("check-requests", { connection: { url: REDIS_URL }, prefix: createKeys(KEY_PREFIX).queues });

let worker: CaretakerWorker;
let api: SpawnedApp;
let url: string;

beforeAll(async () => {
  worker = await startWorker({ redis: REDIS_URL, prefix: KEY_PREFIX, hostId: "host-a", log: SILENT, checks });
  api = spawnApi({ REDIS_URL, KEY_PREFIX, ADMIN_TOKEN });
  url = await urlOf(api);
  await waitFor(() => runs.fleet === 1 && runs.host === 1 && runs.slow === 1, { what: "the first runs" });
  await waitFor(async () => (await ask("fleet")).status === 202, { what: "the API to know the checks" });
  await waitFor(() => runs.fleet === 2, { what: "the run" });
});

afterAll(async () => {
  await stopApi(api);
  await worker.close();
  await wishes.close();
});

function count(name: "fleet" | "host") {
  runs[name] += 1;
  return pass();
}

async function slow() {
  runs.slow += 1;
  runs.slowNow += 1;
  runs.slowMost = Math.max(runs.slowMost, runs.slowNow);
  await gate;
  runs.slowNow -= 1;
}

async function ask(check: string, body: unknown = {}, token = ADMIN_TOKEN) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const response = await fetch(`${url}/checks/${check}/runs`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("POST /checks/<name>/runs", () => {
  it("runs a check at once, on each machine or on the named one", async () => {
    const before = runs.host;
    expect(await ask("host")).toEqual({ status: 202, body: { check: "host", hosts: ["host-a"] } });
    await waitFor(() => runs.host === before + 1, { timeoutMs: 2_000, what: "the run" });
    expect(await ask("host", { host: "host-a" })).toMatchObject({ status: 202 });
    await waitFor(() => runs.host === before + 2, { timeoutMs: 2_000, what: "the run on the named machine" });
  });

  it("makes a hundred requests while a run is under way no further run", async () => {
    const before = runs.slow;
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask("slow")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    await waitFor(() => runs.slowNow === 1, { what: "the run" });
    // What a worker hears of after the run's end is answered by the next run.
    await waitFor(async () => (await wishes.count()) + (await wishes.getActiveCount()) === 0, {
      what: "every request",
    });
    open();
    await waitFor(() => runs.slowNow === 0, { what: "its end" });
    expect(runs).toMatchObject({ slow: before + 1, slowMost: 1 });
  });

  it.each([
    ["an unknown check", "nobody", {}, { status: 404, code: "unknown_check" }],
    ["a machine for a fleet check", "fleet", { host: "host-a" }, { status: 400, code: "invalid_body" }],
    ["a machine without a worker", "host", { host: "host-b" }, { status: 503, code: "no_worker" }],
    ["an unknown field", "fleet", { hots: "host-a" }, { status: 400, code: "invalid_body" }],
  ])("refuses %s", async (_, check, body, problem) => {
    expect((await ask(check, body)).body).toMatchObject(problem);
  });

  it("refuses without the token, and is off where none is set", async () => {
    expect((await ask("fleet", {}, "another-token")).body).toMatchObject({ status: 401, code: "unauthorized" });
    const off = spawnApi({ REDIS_URL, KEY_PREFIX });
    const response = await fetch(`${await urlOf(off)}/checks/fleet/runs`, { method: "POST" });
    expect(await response.json()).toMatchObject({ status: 403, code: "doing_off" });
    await stopApi(off);
  });
});
