import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SpawnedApp, spawnApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";

const directory = mkdtempSync(join(tmpdir(), "caretaker-routes-"));
const ADMIN_TOKEN = "an-admin-token-for-tests";
const admin = { Authorization: `Bearer ${ADMIN_TOKEN}`, "Content-Type": "application/json" };

let worker: SpawnedApp;
let api: SpawnedApp;
let url: string;

beforeAll(async () => {
  const env = {
    REDIS_URL: process.env["CARETAKER_TEST_REDIS_URL"] ?? "",
    KEY_PREFIX: `routes-${randomUUID().slice(0, 8)}`,
  };
  mkdirSync(join(directory, "recordings"));
  const entry = fileURLToPath(new URL("../../worker/dist/main.js", import.meta.url));
  worker = spawnApp({ entry, cwd: tmpdir(), env: { ...env, DATA_DIR: directory } });
  api = spawnApi({ ...env, ADMIN_TOKEN });
  url = await urlOf(api);
  await waitFor(async () => (await status()).retention?.[0]?.reports.length === 1, { what: "the first report" });
});

afterAll(async () => {
  await stopApi(api);
  worker.child.kill("SIGTERM");
  await worker.exit;
  rmSync(directory, { recursive: true, force: true });
});

interface Status {
  readonly version: number;
  readonly checks: readonly { readonly name: string }[];
  readonly workers: readonly { readonly host: string; readonly pid: number }[];
  readonly retention: readonly { readonly target: string; readonly reports: readonly { readonly runId: string }[] }[];
}

async function status(): Promise<Status> {
  return (await (await fetch(`${url}/status`)).json()) as Status;
}

function post(body: unknown, headers: Record<string, string> = admin, target = "recordings"): Promise<Response> {
  return fetch(`${url}/retention/${target}/runs`, { method: "POST", headers, body: JSON.stringify(body) });
}

async function problem(response: Response): Promise<{ status: number; code: unknown; type: string | null }> {
  const { code } = (await response.json()) as { code?: unknown };
  return { status: response.status, code, type: response.headers.get("content-type")?.split(";")[0] ?? null };
}

const problemOf = (status: number, code: string) => ({ status, code, type: "application/problem+json" });

describe("POST /retention/<target>/runs", () => {
  it("starts a run that its URL tells about", async () => {
    const response = await post({ dryRun: true, reason: "before the release" });
    expect(response.status).toBe(202);
    const run = (await response.json()) as { runId: string; url: string; dryRun: boolean };
    expect(run).toMatchObject({ dryRun: true, url: `/retention/recordings/runs/${run.runId}` });
    expect(response.headers.get("location")).toBe(run.url);
    const shown = await waitFor(
      async () => {
        const body = (await (await fetch(url + run.url)).json()) as { state: string; report: unknown };
        return body.report === null ? null : body;
      },
      { what: "the report" },
    );
    expect(shown).toMatchObject({
      state: "completed",
      report: { dryRun: true, reason: "before the release", outcome: "done" },
    });
  });

  it("takes no body as a plain run", async () => {
    const response = await fetch(`${url}/retention/recordings/runs`, {
      method: "POST",
      headers: { Authorization: admin.Authorization },
    });
    expect(response.status).toBe(202);
  });

  it("refuses a missing and a wrong token", async () => {
    expect(await problem(await post({}, { "Content-Type": "application/json" }))).toEqual(
      problemOf(401, "unauthorized"),
    );
    const wrong = { ...admin, Authorization: "Bearer an-admin-token-for-testz" };
    expect(await problem(await post({}, wrong))).toEqual(problemOf(401, "unauthorized"));
  });

  it("refuses an unknown target, an unknown field, a wrong type and a body that does not parse", async () => {
    expect(await problem(await post({}, admin, "elsewhere"))).toEqual(problemOf(404, "unknown_target"));
    expect(await problem(await post({ dryRum: true }))).toEqual(problemOf(400, "invalid_body"));
    expect(await problem(await post({ dryRun: "yes" }))).toEqual(problemOf(400, "invalid_body"));
    const garbled = await fetch(`${url}/retention/recordings/runs`, { method: "POST", headers: admin, body: "{" });
    expect(await problem(garbled)).toEqual(problemOf(400, "entity_parse_failed"));
    const large = await post({ reason: "x".repeat(5_000) });
    expect(await problem(large)).toEqual(problemOf(413, "entity_too_large"));
  });
});

describe("GET /retention/<target>/runs", () => {
  it("lists the reports, and has no run of another id", async () => {
    const response = await fetch(`${url}/retention/recordings/runs`);
    expect(await response.json()).toMatchObject({
      target: "recordings",
      schedule: "every 1h",
      reports: expect.any(Array),
    });
    expect(await problem(await fetch(`${url}/retention/recordings/runs/run-never`))).toEqual(
      problemOf(404, "unknown_run"),
    );
  });
});

describe("GET /status", () => {
  it("shows checks, workers and cleanup reports", async () => {
    const body = await waitFor(async () => ((await status()).checks.length >= 8 ? status() : null), {
      what: "all checks",
    });
    expect(body.version).toBe(1);
    expect(body.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["database", "redis", "ffmpeg", "store"]),
    );
    expect(body.workers.map(({ pid }) => pid)).toEqual([worker.child.pid]);
    expect(body.retention[0]).toMatchObject({
      target: "recordings",
      reports: expect.arrayContaining([expect.objectContaining({ outcome: "done" })]),
    });
  });
});

it("doing is off where no ADMIN_TOKEN is set, and reading where the server is not on loopback", async () => {
  const open = spawnApi({ REDIS_URL: process.env["CARETAKER_TEST_REDIS_URL"] ?? "", HOST: "0.0.0.0" });
  const base = await urlOf(open);
  const post = await fetch(`${base}/retention/recordings/runs`, { method: "POST", headers: admin, body: "{}" });
  expect(await problem(post)).toEqual(problemOf(403, "doing_off"));
  expect(await problem(await fetch(`${base}/status`))).toEqual(problemOf(403, "reading_off"));
  expect((await fetch(`${base}/health`)).status).toBe(200);
  await stopApi(open);
});
