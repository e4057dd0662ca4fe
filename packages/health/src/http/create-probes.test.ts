import { beforeEach, describe, expect, it, vi } from "vitest";
import { CODES } from "../codes.js";
import { sampleRecord } from "../testing/sample-record.js";
import { sampleSpec } from "../testing/sample-spec.js";
import { InvalidProbeOptionsError } from "./errors.js";
import type { ProbeResponse } from "./probe-response.js";
import {
  ask,
  bodyOf,
  header,
  OUTCOMES,
  probesWith,
  putChecks,
  START_MS,
  schema,
  service,
} from "./probes.test.fixture.js";

describe("liveness", () => {
  it("is 200 in every state, from a body built once", () => {
    const probes = probesWith();
    expect(ask(probes, "/health").body.toString()).toBe('{"status":"pass","state":"starting"}');
    service.lifecycle.ready();
    expect(ask(probes, "/livez").body.toString()).toBe('{"status":"pass","state":"ready"}');
    service.lifecycle.drain();
    const draining = ask(probes, "/healthz");
    expect(draining.statusCode).toBe(200);
    expect(draining.body.toString()).toBe('{"status":"pass","state":"draining"}');
    expect(ask(probes, "/health")).toBe(draining);
  });

  it("never reads the source", () => {
    const broken = () => {
      throw new Error("unreachable");
    };
    const probes = probesWith({ source: { current: broken, nowMs: broken } });
    expect(ask(probes, "/health").statusCode).toBe(200);
  });

  it("is one word of text where text is preferred", () => {
    const response = ask(probesWith(), "/health", { accept: "text/plain" });
    expect(response.body.toString()).toBe("pass");
    expect(header(response, "Content-Type")).toBe("text/plain; charset=utf-8");
  });
});

describe("the constant answers", () => {
  const common = (length: number) => [
    ...["Content-Length", String(length)],
    ...["Cache-Control", "no-store"],
    ...["Vary", "Accept"],
    ...["X-Content-Type-Options", "nosniff"],
  ];

  it.each([
    ["application/json", "application/json", '{"status":"pass","state":"draining"}'],
    ["application/health+json", "application/health+json", '{"status":"pass","state":"draining"}'],
    ["text/plain", "text/plain; charset=utf-8", "pass"],
  ])("of liveness close the connection of a process that drains, in %s", (accept, type, body) => {
    const probes = probesWith();
    const headers = ["Content-Type", type, ...common(body.length), "X-Health-Status", "pass", "X-Health-Age", "0"];
    expect(ask(probes, "/health", { accept }).headers).toEqual(headers);
    service.lifecycle.drain();
    const response = ask(probes, "/health", { accept });
    expect(response.headers.filter((_, index) => index !== 3)).toEqual(
      [...headers, "Connection", "close"].filter((_, index) => index !== 3),
    );
    expect(response.body.toString()).toBe(body);
  });

  it("of startup are these", () => {
    service.source.set({ loaded: false, storeReachable: false });
    const before = ask(probesWith(), "/health/startup");
    expect(before.body.toString()).toBe('{"status":"fail","caretaker":{"code":"starting"}}');
    expect(header(before, "Retry-After")).toBe("5");
    service.source.set({ loaded: true });
    const after = ask(probesWith(), "/health/startup");
    expect(after.body.toString()).toBe('{"status":"pass"}');
    expect(after.headers).toEqual([
      ...["Content-Type", "application/json", ...common(17)],
      ...["X-Health-Status", "pass", "X-Health-Age", "0"],
    ]);
  });

  it("of a refused method are these", () => {
    expect(probesWith().answer({ method: "POST", url: "/readyz", headers: {} })).toEqual({
      statusCode: 405,
      headers: [
        ...["Allow", "GET, HEAD, OPTIONS", "Content-Length", "0", "Cache-Control", "no-store"],
        ...["X-Content-Type-Options", "nosniff"],
      ],
      body: "",
    });
  });
});

describe("startup", () => {
  it("is 503 until the store was read, then 200, whatever the lifecycle", () => {
    service.source.set({ loaded: false, storeReachable: false });
    const probes = probesWith();
    service.lifecycle.ready();
    service.monotonicMs = 60_000;
    expect(ask(probes, "/startupz").statusCode).toBe(503);
    bodyOf(ask(probes, "/health/startup"));
    service.source.set({ loaded: true });
    service.lifecycle.drain();
    expect(ask(probes, "/health/startup").statusCode).toBe(200);
    bodyOf(ask(probes, "/health/startup"));
  });
});

describe("one check", () => {
  beforeEach(() => putChecks({ name: "db", state: "down", critical: true }, { name: "disk", state: "up" }));

  it("is answered alone, also while the process starts or drains", () => {
    const probes = probesWith();
    service.lifecycle.drain();
    expect(ask(probes, "/health/ready/disk/").statusCode).toBe(200);
    const down = ask(probes, "/health/ready/db");
    expect(down.statusCode).toBe(503);
    expect(Object.keys(bodyOf(down).checks)).toEqual(["db:state"]);
    expect(bodyOf(ask(probes, "/health/ready/store")).status).toBe("pass");
  });

  it("is 404 for a name nobody declared", () => {
    const response = ask(probesWith(), "/health/ready/nope");
    expect(response.statusCode).toBe(404);
    expect(bodyOf(response)).toEqual({ status: "fail", caretaker: { code: "not_found" }, checks: {} });
    expect(header(response, "X-Health-Age")).toBeUndefined();
    expect(header(response, "Retry-After")).toBeUndefined();
  });

  it("is as old as its own evidence", () => {
    service.source.setNowMs(START_MS + 3_000);
    expect(header(ask(probesWith(), "/health/ready/disk"), "X-Health-Age")).toBe("3");
  });

  it("is 503 while the names are not known yet", () => {
    service.source.set({ loaded: false, specs: new Map(), records: [] });
    const response = ask(probesWith(), "/health/ready/db");
    expect(response.statusCode).toBe(503);
    expect(bodyOf(response)).toEqual({ status: "fail", caretaker: { code: "starting" }, checks: {} });
  });
});

describe("methods", () => {
  it.each(["GET", "HEAD", "OPTIONS"])("%s gets the real status", (method) => {
    service.lifecycle.drain();
    const answer = probesWith().answer({ method, url: "/readyz", headers: {} });
    expect(answer).toMatchObject({ statusCode: 503 });
  });

  it.each(["POST", "PUT", "DELETE", "TRACE", undefined])("%s is refused", (method) => {
    const answer = probesWith().answer({ method, url: "/health", headers: {} });
    expect(answer).toMatchObject({ statusCode: 405 });
    expect((answer as ProbeResponse).headers.slice(0, 2)).toEqual(["Allow", "GET, HEAD, OPTIONS"]);
  });

  it("reads the URL that a router has cut short, and takes a missing one for nobody's", () => {
    expect(probesWith().answer({ method: "GET", url: "/", headers: {} }, "/health")).toMatchObject({ statusCode: 200 });
    expect(probesWith().answer({ method: "GET", headers: {} })).toBeUndefined();
  });

  it("gives no answer for a URL of someone else's", () => {
    expect(probesWith().answer({ method: "POST", url: "/orders", headers: {} })).toBeUndefined();
  });
});

describe("a crash inside", () => {
  const crash = () => {
    throw new Error("secret-host:6379 refused");
  };

  it.each(["none", "status", "full"] as const)("is 503 and internal, never 200 (detail %s)", (detail) => {
    const onError = vi.fn();
    const probes = probesWith({ detail, onError, source: { current: crash, nowMs: () => START_MS } });
    const response = ask(probes, "/readyz");
    expect(response.statusCode).toBe(503);
    expect(bodyOf(response).status).toBe("fail");
    expect(response.body.toString()).toBe(
      detail === "none" ? '{"status":"fail"}' : '{"status":"fail","caretaker":{"code":"internal"},"checks":{}}',
    );
    expect(header(response, "X-Health-Age")).toBeUndefined();
    expect(header(response, "Content-Type")).toBe("application/json");
    expect(onError).toHaveBeenCalledOnce();
  });

  it("is 503 on liveness and behind a promise too, even if the reporter breaks", async () => {
    const live = probesWith({ onError: crash, lifecycle: { ...service.lifecycle, state: crash } });
    expect(ask(live, "/health").statusCode).toBe(503);
    const probes = probesWith({ authorize: async () => true, source: { current: crash, nowMs: () => START_MS } });
    expect(await probes.answer({ method: "GET", url: "/readyz?verbose", headers: {} })).toMatchObject({
      statusCode: 503,
    });
  });

  it("does not come from one record with an impossible time", () => {
    service.lifecycle.ready();
    service.source.set({
      specs: new Map([["db", sampleSpec("db")]]),
      records: [sampleRecord("db", { atMs: Number.NaN, sinceMs: 9e15 })],
    });
    const response = ask(probesWith({ detail: "full" }), "/readyz");
    expect(response.statusCode).toBe(200);
    const [entry] = JSON.parse(response.body.toString()).checks["db:state"];
    expect(entry.time).toBeUndefined();
    expect(entry.caretaker.since).toBeNull();
  });

  it.each(["status", "full"] as const)("does not come from a code of another version (detail %s)", (detail) => {
    service.lifecycle.ready();
    const outcome = { ...OUTCOMES.down, code: "password=hunter2" as "ok" };
    service.source.set({
      specs: new Map([["db", sampleSpec("db")]]),
      records: [sampleRecord("db", { state: "down", outcome })],
    });
    const response = ask(probesWith({ detail }), "/readyz");
    expect(bodyOf(response).checks["db:state"][0].caretaker.code).toBe("internal");
    expect(response.body.toString()).not.toContain("hunter2");
  });
});

describe("options", () => {
  it("are refused with every problem named", () => {
    const wrong = {
      detail: "ful" as "full",
      basePath: "internal",
      startupGraceMs: Number.NaN,
      version: "x".repeat(257),
    };
    expect(() => probesWith(wrong)).toThrow(InvalidProbeOptionsError);
    expect(() => probesWith(wrong)).toThrow(/detail is "ful".*\nbasePath is "internal".*\nstartupGraceMs.*\nversion/);
  });

  it("take a base path with or without a slash at its end", () => {
    for (const basePath of ["/internal", "/internal/"]) {
      expect(ask(probesWith({ basePath }), "/internal/health").statusCode).toBe(200);
    }
    expect(ask(probesWith({ basePath: "/" }), "/health").statusCode).toBe(200);
  });
});

it("the schema knows every code", () => {
  expect(schema.$defs.code.enum).toEqual(CODES);
});

it("readiness() gives what the probe answers from, with ages as of now", () => {
  service.lifecycle.ready();
  putChecks({ name: "db", state: "degraded", critical: true });
  const probes = probesWith();
  ask(probes, "/readyz");
  service.source.setNowMs(START_MS + 400);
  expect(probes.readiness()).toMatchObject({
    verdict: "warn",
    code: null,
    checks: [{ ageMs: 400 }, { name: "store" }],
  });
});
