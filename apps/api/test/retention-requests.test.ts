import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SpawnedApp, spawnApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { recordSessions } from "../../worker/test/record-sessions.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";

const directory = mkdtempSync(join(tmpdir(), "caretaker-requests-"));
const ADMIN_TOKEN = "an-admin-token-for-tests";
const NO_PLAN = "a".repeat(64);
const guardedRoot = join(directory, "guarded");
const slowRoot = join(directory, "slow");

let worker: SpawnedApp;
let api: SpawnedApp;
let url: string;
let sessions: readonly string[];

beforeAll(async () => {
  for (const root of [guardedRoot, slowRoot]) mkdirSync(root);
  sessions = await recordSessions(guardedRoot, "call", 13);
  const targets = [
    { name: "guarded", root: guardedRoot, keep: { last: 1 }, trash: { keepFor: "1d" } },
    { name: "slow", root: slowRoot, keep: { last: 1 }, maxDeleteRatio: 1 },
  ];
  const redis = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
  const env = { REDIS_URL: redis, KEY_PREFIX: `requests-${randomUUID().slice(0, 8)}`, DATA_DIR: directory };
  const config = fileURLToPath(new URL("../../worker/test/fixtures/retention.config.mjs", import.meta.url));
  const entry = fileURLToPath(new URL("../../worker/dist/main.js", import.meta.url));
  const described = { CARETAKER_CONFIG: config, TARGETS: JSON.stringify(targets) };
  worker = spawnApp({ entry, cwd: tmpdir(), env: { ...env, ...described } });
  api = spawnApi({ ...env, ADMIN_TOKEN });
  url = await urlOf(api);
  await waitFor(async () => (await Promise.all(["guarded", "slow"].map(reportsOf))).every(({ length }) => length > 0), {
    what: "the first reports",
  });
});

afterAll(async () => {
  for (const app of [api, worker]) await stopApi(app);
  rmSync(directory, { recursive: true, force: true });
});

interface Target {
  readonly reports: readonly Readonly<Record<string, unknown>>[];
  readonly lastRun: Readonly<Record<string, unknown>> | null;
  readonly totals: unknown;
}

interface Run {
  readonly state: string;
  readonly code: string | null;
  readonly cancelling: boolean;
  readonly progress: { readonly phase: string; readonly done: number; readonly of: number } | null;
  readonly report: Readonly<Record<string, unknown>> | null;
  readonly restored: Readonly<Record<string, unknown>> | null;
}

async function targetOf(name: string): Promise<Target | undefined> {
  const { retention } = (await (await fetch(`${url}/status`)).json()) as { retention: (Target & { target: string })[] };
  return retention.find(({ target }) => target === name);
}

async function reportsOf(name: string): Promise<Target["reports"]> {
  return (await targetOf(name))?.reports ?? [];
}

function ask(method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, "Content-Type": "application/json" };
  return fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

async function accepted(response: Response): Promise<{ runId: string; url: string }> {
  expect(response.status).toBe(202);
  const run = (await response.json()) as { runId: string; url: string };
  expect(response.headers.get("location")).toBe(run.url);
  return run;
}

async function runAt(path: string): Promise<Run> {
  return (await (await fetch(url + path)).json()) as Run;
}

function untilEnded(path: string): Promise<Run> {
  return waitFor(
    async () => {
      const run = await runAt(path);
      return run.code === null && run.state !== "cancelled" ? null : run;
    },
    { what: `the end of ${path}`, timeoutMs: 40_000 },
  );
}

async function problem(response: Response): Promise<{ status: number; code: unknown; type: string | null }> {
  const { code } = (await response.json()) as { code?: unknown };
  return { status: response.status, code, type: response.headers.get("content-type")?.split(";")[0] ?? null };
}

const problemOf = (status: number, code: string) => ({ status, code, type: "application/problem+json" });

const sessionsIn = (root: string) => readdirSync(root).filter((name) => !name.startsWith("."));

describe("POST /retention/<target>/confirm", () => {
  it("refuses a stale plan by its code and lets the refused one go ahead", async () => {
    const [refused] = await reportsOf("guarded");
    expect(refused).toMatchObject({ outcome: "refused", candidates: 12, guards: [{ guard: "too_many" }] });
    expect(await targetOf("guarded")).toMatchObject({ lastRun: { code: "ERR_GUARDED", planId: refused?.["planId"] } });

    const stale = await accepted(await ask("POST", "/retention/guarded/confirm", { planId: NO_PLAN }));
    expect(await untilEnded(stale.url)).toMatchObject({ kind: "confirm", state: "completed", code: "plan_stale" });
    expect(sessionsIn(guardedRoot)).toHaveLength(13);
    // A mistyped id says nothing of the target: what it waits for is still shown.
    expect(await targetOf("guarded")).toMatchObject({ lastRun: { runId: refused?.["runId"] } });

    const body = { planId: refused?.["planId"], reason: "moved to a smaller policy" };
    const asked = await Promise.all([1, 2, 3].map(() => ask("POST", "/retention/guarded/confirm", body)));
    const runs = await Promise.all(asked.map(accepted));
    expect(new Set(runs.map(({ runId }) => runId)).size).toBe(1);
    const ended = await untilEnded(runs[0]?.url ?? "");
    expect(ended).toMatchObject({ code: "ok", report: { outcome: "done", trashedCount: 12, reason: body.reason } });
    expect(sessionsIn(guardedRoot)).toEqual([sessions[12]]);
    expect(await targetOf("guarded")).toMatchObject({
      lastRun: { outcome: "done", planId: null },
      totals: { sessions: [{ outcome: "trashed", reason: "ok", count: 12 }], runs: { refused: 1, done: 1 } },
    });
  });
});

describe("POST /retention/<target>/restore", () => {
  it("brings a session back, and tells by code when it cannot", async () => {
    const [first = "", second = ""] = sessions;
    const restored = await untilEnded(
      (await accepted(await ask("POST", "/retention/guarded/restore", { session: first }))).url,
    );
    expect(restored).toMatchObject({
      kind: "restore",
      state: "completed",
      code: "ok",
      restored: { status: "restored" },
    });
    expect(existsSync(join(guardedRoot, first, "metadata.json"))).toBe(true);

    mkdirSync(join(guardedRoot, second));
    for (const [session, code] of [
      [second, "name_taken"],
      ["never_20240101_120000", "unknown_session"],
    ]) {
      const { url: path } = await accepted(await ask("POST", "/retention/guarded/restore", { session }));
      expect(await untilEnded(path)).toMatchObject({ code, report: null, restored: { status: "refused", code } });
    }
    expect(readdirSync(join(guardedRoot, second))).toEqual([]);
  });
});

describe("DELETE /retention/<target>/runs/<id>", () => {
  it("stops a run between two sessions, shows that it is stopping, and never begins one that waits", async () => {
    await recordSessions(slowRoot, "slow", 200);
    const run = await accepted(await ask("POST", "/retention/slow/runs", { reason: "long" }));
    const deleting = await waitFor(
      async () => {
        const { progress } = await runAt(run.url);
        return progress?.phase === "deleting" && progress.done > 0 ? progress : null;
      },
      { what: "progress", timeoutMs: 40_000 },
    );
    expect(deleting.of).toBe(199);
    expect(await targetOf("slow")).toMatchObject({ running: { runId: run.runId, phase: "deleting", dryRun: false } });

    const waiting = await accepted(await ask("POST", "/retention/slow/runs", { dryRun: true }));
    const never = await ask("DELETE", waiting.url, { reason: "not needed" });
    expect({ status: never.status, body: await never.json() }).toMatchObject({
      status: 200,
      body: { state: "cancelled" },
    });
    expect(await runAt(waiting.url)).toMatchObject({ kind: "dry-run", state: "cancelled", report: null });

    const cancelled = await ask("DELETE", run.url);
    expect({ status: cancelled.status, body: await cancelled.json() }).toMatchObject({
      status: 202,
      body: { state: "cancelling", url: run.url },
    });
    expect(await runAt(run.url)).toMatchObject({ cancelling: true, code: null });
    const ended = await untilEnded(run.url);
    expect(ended).toMatchObject({ code: "cancelled", cancelling: false });
    expect(ended.report).toMatchObject({ outcome: "partial", partial: true, stoppedBy: "cancelled", failedCount: 0 });
    expect(sessionsIn(slowRoot)).toHaveLength(200 - Number(ended.report?.["deletedCount"]));
    expect(sessionsIn(slowRoot).length).toBeGreaterThan(1);
    expect(await targetOf("slow")).toMatchObject({ running: null });
    expect(await problem(await ask("DELETE", run.url))).toEqual(problemOf(409, "run_ended"));
    expect((await reportsOf("slow")).map(({ runId }) => runId)).not.toContain(waiting.runId);
  }, 90_000);
});

describe("what asks for something", () => {
  it.each([
    ["confirm", { planId: "3f2a91" }],
    ["confirm", {}],
    ["confirm", { planId: NO_PLAN, reason: "" }],
    ["restore", { session: "../elsewhere" }],
    ["restore", { session: "" }],
    ["restore", { session: ".." }],
    ["restore", { session: "x".repeat(256) }],
    ["restore", { session: "call", force: true }],
  ])("is refused by %s with %j", async (what, body) => {
    expect(await problem(await ask("POST", `/retention/guarded/${what}`, body))).toEqual(
      problemOf(400, "invalid_body"),
    );
  });

  it("needs the token, a target and a run that are there", async () => {
    const requests = [
      ["POST", "confirm"],
      ["POST", "restore"],
      ["DELETE", "runs/run-1"],
    ] as const;
    for (const [method, path] of requests) {
      const anonymous = await fetch(`${url}/retention/guarded/${path}`, { method });
      expect(await problem(anonymous)).toEqual(problemOf(401, "unauthorized"));
      expect(await problem(await ask(method, `/retention/elsewhere/${path}`))).toEqual(
        problemOf(404, "unknown_target"),
      );
    }
    expect(await problem(await ask("DELETE", "/retention/guarded/runs/run-1"))).toEqual(problemOf(404, "unknown_run"));
  });
});
