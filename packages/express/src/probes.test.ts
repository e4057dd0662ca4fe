import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { createRequire } from "node:module";
import { createLifecycle, type Lifecycle, type Verdict } from "@caretaker/health";
import {
  createMemorySnapshotSource,
  type MemorySnapshotSource,
  sampleRecord,
  sampleSpec,
} from "@caretaker/health/testing";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { HealthOptions } from "./health-options.js";
import { SETUPS } from "./testing/setups.js";
import { withServer } from "./testing/with-server.js";

const schema = createRequire(import.meta.url)("@caretaker/health/schema/readiness.schema.json");
const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);

interface Case {
  readonly path: string;
  readonly lifecycle: "starting" | "ready" | "draining";
  readonly verdict: Verdict;
  readonly detail: "none" | "status" | "full";
  readonly expected: Verdict;
}

const STATES = { pass: "up", warn: "degraded", fail: "down" } as const;
const CODES = { pass: "ok", warn: "threshold", fail: "refused" } as const;

const CASES: Case[] = (["starting", "ready", "draining"] as const).flatMap((lifecycle) =>
  (["pass", "warn", "fail"] as const).flatMap((verdict) =>
    (["none", "status", "full"] as const).flatMap((detail): Case[] => [
      { path: "/health/ready", lifecycle, verdict, detail, expected: lifecycle === "ready" ? verdict : "fail" },
      // One check is answered for itself, whatever the process does.
      { path: "/health/ready/db", lifecycle, verdict, detail, expected: verdict },
      // No detail makes a difference to these, so they are tried with one.
      ...(detail === "status"
        ? ["/health", "/health/startup"].map(
            (path) => ({ path, lifecycle, verdict, detail, expected: "pass" }) as const,
          )
        : []),
    ]),
  ),
);

const ACCEPTS = {
  "*/*": "application/json",
  "application/health+json": "application/health+json",
  "text/plain": "text/plain; charset=utf-8",
  "image/png": "application/json",
};

// In pairs rather than crossed: neither may have any effect, whatever the other is.
const SPELLINGS: readonly (readonly [suffix: string, condition: Record<string, string>])[] = [
  ["", {}],
  ["", { "If-None-Match": "*" }],
  ["/", { "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT" }],
  ["?x=1", { "If-None-Match": '"x"' }],
];

describe.each(SETUPS)("$name", ({ prefix, build }) => {
  it("answers every method, form, condition and spelling alike, in every state", { timeout: 60_000 }, async () => {
    const { options, source, become } = rig();
    for (const detail of ["none", "status", "full"] as const) {
      for (const lifecycle of ["starting", "ready", "draining"] as const) {
        const fixed = { ...options, detail, lifecycle: become(lifecycle) };
        await withServer(build(fixed), async (port) => {
          for (const tried of CASES.filter((one) => one.detail === detail && one.lifecycle === lifecycle)) {
            putVerdict(source, tried.verdict);
            await tryAll(port, prefix, tried);
          }
        });
      }
    }
  });

  it.each(["none", "status", "full"] as const)(
    "answers a failure that is held back alike too, with detail %s",
    { timeout: 60_000 },
    async (detail) => {
      const { options, source, become } = rig();
      const guard = { decision: () => ({ shared: true, own: true }) };
      const lifecycle = become("ready");
      await withServer(build({ ...options, detail, lifecycle, guard }), async (port) => {
        // Only an instance that has been ready once is held back.
        await exchange(port, { method: "GET", path: `${prefix}/health/ready` });
        putVerdict(source, "fail");
        await tryAll(port, prefix, {
          path: "/health/ready",
          lifecycle: "ready",
          verdict: "fail",
          detail,
          expected: "warn",
        });
      });
    },
  );

  it("lets every other request through, whatever its method", async () => {
    const { options } = rig();
    await withServer(build(options), async (port) => {
      const other = await exchange(port, { method: "GET", path: "/other" });
      expect([other.statusCode, other.body]).toEqual([200, "other"]);
      const nearly = await exchange(port, { method: "GET", path: `${prefix}/healthy` });
      expect(nearly.headers).not.toHaveProperty("x-health-status");
    });
  });

  it("refuses POST with 405 and Allow", async () => {
    const { options } = rig();
    await withServer(build(options), async (port) => {
      const answer = await exchange(port, { method: "POST", path: `${prefix}/health/ready` });
      expect([answer.statusCode, answer.headers["allow"], answer.body]).toEqual([405, "GET, HEAD, OPTIONS", ""]);
    });
  });

  it("is 503 when it breaks, never 200 and never the framework's error page", async () => {
    const { options, source } = rig();
    const broken = {
      ...source,
      current: () => {
        throw new Error("canary-host:6379 refused");
      },
    };
    await withServer(build({ ...options, source: broken }), async (port) => {
      const answer = await exchange(port, { method: "GET", path: `${prefix}/health/ready` });
      expect(answer.statusCode).toBe(503);
      expect(JSON.parse(answer.body)).toEqual({ status: "fail", caretaker: { code: "internal" }, checks: {} });
    });
  });

  it("waits for an authorize that takes its time", async () => {
    const { options, become } = rig();
    const authorize: HealthOptions["authorize"] = async ({ headers }) => headers.authorization === "Bearer right";
    await withServer(build({ ...options, lifecycle: become("ready"), authorize }), async (port) => {
      for (const [token, isFull] of [
        ["right", true],
        ["wrong", false],
      ] as const) {
        const headers = { Authorization: `Bearer ${token}` };
        const answer = await exchange(port, { method: "GET", path: `${prefix}/health/ready?verbose`, headers });
        expect(answer.body.includes("ageMs")).toBe(isFull);
      }
    });
  });
});

async function tryAll(port: number, prefix: string, tried: Case): Promise<void> {
  for (const [accept, contentType] of Object.entries(ACCEPTS)) {
    for (const [suffix, condition] of SPELLINGS) {
      const sent = { path: prefix + tried.path + suffix, headers: { Accept: accept, ...condition } };
      const get = await exchange(port, { ...sent, method: "GET" });
      const head = await exchange(port, { ...sent, method: "HEAD" });
      expectAnswer(get, tried, contentType);
      expect(head, "HEAD").toEqual({ ...get, body: "" });
      expect(await exchange(port, { ...sent, method: "OPTIONS" }), "OPTIONS").toEqual(get);
    }
  }
}

function expectAnswer({ statusCode, headers, body }: Exchanged, { path, expected }: Case, contentType: string): void {
  expect(statusCode).toBe(expected === "fail" ? 503 : 200);
  expect(headers).toMatchObject({
    "content-type": contentType,
    "content-length": String(Buffer.byteLength(body)),
    "cache-control": "no-store",
    vary: expect.stringContaining("Accept"),
    "x-content-type-options": "nosniff",
    "x-health-status": expected,
    "x-health-age": "0",
  });
  expect(headers["retry-after"]).toBe(expected === "fail" ? "5" : undefined);
  for (const absent of ["etag", "last-modified", "transfer-encoding"]) expect(headers).not.toHaveProperty(absent);
  if (contentType.startsWith("text")) expect(body).toBe(expected);
  else if (path !== "/health") expect(validate(JSON.parse(body)), body).toBe(true);
  else expect(JSON.parse(body)).toMatchObject({ status: "pass" });
}

interface Exchanged {
  readonly statusCode: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
}

// One connection, kept alive: a connection for each of some thousand requests would cost more than the requests.
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function exchange(port: number, sent: Sent): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...sent, port, host: "127.0.0.1", agent }, (response) => {
      const { statusCode, headers } = response;
      const { date: _date, ...lasting } = headers;
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ statusCode, headers: lasting, body }));
      response.on("error", reject);
    });
    request.on("error", reject).end();
  });
}

interface Rig {
  readonly options: HealthOptions;
  readonly source: MemorySnapshotSource;
  become(state: Case["lifecycle"]): Lifecycle;
}

function rig(): Rig {
  const source = createMemorySnapshotSource();
  putVerdict(source, "pass");
  return {
    source,
    options: { source, lifecycle: createLifecycle(), hostId: "canary-host", now: () => 0 },
    become: (state) => {
      const lifecycle = createLifecycle();
      if (state === "ready") lifecycle.ready();
      if (state === "draining") lifecycle.drain();
      return lifecycle;
    },
  };
}

function putVerdict(source: MemorySnapshotSource, verdict: Verdict): void {
  const outcome = { status: verdict, code: CODES[verdict], durationMs: 1, measures: {} };
  source.set({
    specs: new Map([["db", sampleSpec("db", { critical: true })]]),
    records: [sampleRecord("db", { state: STATES[verdict], outcome })],
  });
}
