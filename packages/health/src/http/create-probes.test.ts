import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CODES } from "../codes.js";
import { createLifecycle, type Lifecycle } from "../lifecycle.js";
import { createMemorySnapshotSource, type MemorySnapshotSource } from "../testing/memory-snapshot-source.js";
import { sampleRecord } from "../testing/sample-record.js";
import { sampleSpec } from "../testing/sample-spec.js";
import { createProbes } from "./create-probes.js";
import { InvalidProbeOptionsError } from "./errors.js";
import type { ProbeOptions } from "./probe-options.js";
import type { ProbeResponse } from "./probe-response.js";

const schema = JSON.parse(readFileSync(new URL("../../schema/readiness.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

const START_MS = 1_000_000_000_000;
const HOST = "host-a.internal";

let source: MemorySnapshotSource;
let lifecycle: Lifecycle;
let monotonicMs: number;

beforeEach(() => {
  source = createMemorySnapshotSource({}, START_MS);
  lifecycle = createLifecycle();
  monotonicMs = 0;
});

function probesWith(options: Partial<ProbeOptions> = {}) {
  return createProbes({ source, lifecycle, hostId: HOST, now: () => monotonicMs, ...options });
}

function ask(probes: ReturnType<typeof probesWith>, url: string, headers: Record<string, string> = {}): ProbeResponse {
  const answer = probes.answer({ method: "GET", url, headers });
  if (answer === undefined || answer instanceof Promise) throw new Error(`${url} gave no immediate answer`);
  return answer;
}

function bodyOf(response: ProbeResponse) {
  const body = JSON.parse(response.body.toString());
  expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
  expect(response.body.length).toBeLessThanOrEqual(16 * 1024);
  expect(response.headers.join()).toContain(`X-Health-Status,${body.status}`);
  return body;
}

function header(response: ProbeResponse, name: string): string | undefined {
  const index = response.headers.findIndex((text, position) => position % 2 === 0 && text === name);
  return index === -1 ? undefined : response.headers[index + 1];
}

function putChecks(...checks: { name: string; state: "up" | "degraded" | "down"; critical?: boolean }[]) {
  source.set({
    specs: new Map(checks.map(({ name, critical = false }) => [name, sampleSpec(name, { critical })])),
    records: checks.map(({ name, state }) => sampleRecord(name, { state, outcome: OUTCOMES[state] })),
  });
}

const OUTCOMES = {
  up: { status: "pass", code: "ok", durationMs: 3, measures: { free: { value: 90, unit: "%" } } },
  degraded: { status: "warn", code: "threshold", durationMs: 3, measures: { free: { value: 4, unit: "%" } } },
  down: { status: "fail", code: "refused", durationMs: 3, measures: {} },
} as const;

describe("liveness", () => {
  it("is 200 in every state, from a body built once", () => {
    const probes = probesWith();
    expect(ask(probes, "/health").body.toString()).toBe('{"status":"pass","state":"starting"}');
    lifecycle.ready();
    expect(ask(probes, "/livez").body.toString()).toBe('{"status":"pass","state":"ready"}');
    lifecycle.drain();
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
    lifecycle.drain();
    const response = ask(probes, "/health", { accept });
    expect(response.headers.filter((_, index) => index !== 3)).toEqual(
      [...headers, "Connection", "close"].filter((_, index) => index !== 3),
    );
    expect(response.body.toString()).toBe(body);
  });

  it("of startup are these", () => {
    source.set({ loaded: false, storeReachable: false });
    const before = ask(probesWith(), "/health/startup");
    expect(before.body.toString()).toBe('{"status":"fail","caretaker":{"code":"starting"}}');
    expect(header(before, "Retry-After")).toBe("5");
    source.set({ loaded: true });
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

describe("the check of the store", () => {
  it.each([
    [true, "up", "ok", "pass"],
    [false, "down", "unreachable", "warn"],
  ])("reachable %s is %s, with all it is made of", (storeReachable, state, code, status) => {
    lifecycle.ready();
    source.set({ storeReachable });
    const [entry] = bodyOf(ask(probesWith({ detail: "full" }), "/health/ready/store")).checks["store:state"];
    expect(entry).toEqual({
      caretaker: {
        ageMs: null,
        code,
        counted: true,
        critical: false,
        durationMs: null,
        explain: expect.objectContaining({
          check: "store",
          outcomes: [],
          counter: { pending: null, rule: null, failureThreshold: 1, successThreshold: 1 },
          state: { from: null, stored: state, sinceMs: null, effective: state },
          freshness: { is: "fresh", ageMs: null, lateAfterMs: 5_000, staleAfterMs: 5_000, holdEndsAfterMs: null },
        }),
        freshness: "fresh",
        host: null,
        pending: null,
        runId: null,
        scope: "host",
        since: null,
        state,
      },
      componentType: "datastore",
      observedValue: state,
      ...(storeReachable ? {} : { output: "store cannot be reached" }),
      status,
    });
  });
});

describe("startup", () => {
  it("is 503 until the store was read, then 200, whatever the lifecycle", () => {
    source.set({ loaded: false, storeReachable: false });
    const probes = probesWith();
    lifecycle.ready();
    monotonicMs = 60_000;
    expect(ask(probes, "/startupz").statusCode).toBe(503);
    bodyOf(ask(probes, "/health/startup"));
    source.set({ loaded: true });
    lifecycle.drain();
    expect(ask(probes, "/health/startup").statusCode).toBe(200);
    bodyOf(ask(probes, "/health/startup"));
  });
});

describe("the headers of readiness", () => {
  it("are exactly these for a pass", () => {
    putChecks({ name: "db", state: "up", critical: true });
    lifecycle.ready();
    source.setNowMs(START_MS + 2_999);
    const response = ask(probesWith({ detail: "none" }), "/health/ready");
    expect(response.headers).toEqual([
      ...["Content-Type", "application/json"],
      ...["Content-Length", "17"],
      ...["Cache-Control", "no-store"],
      ...["Vary", "Accept"],
      ...["X-Content-Type-Options", "nosniff"],
      ...["X-Health-Status", "pass"],
      ...["X-Health-Age", "2"],
    ]);
  });

  it("add Retry-After to a failure", () => {
    putChecks({ name: "db", state: "down", critical: true });
    lifecycle.ready();
    const response = ask(probesWith(), "/health/ready");
    expect(response.statusCode).toBe(503);
    expect(header(response, "Retry-After")).toBe("5");
  });

  it("leave the age out where no critical check has evidence", () => {
    putChecks({ name: "db", state: "up" });
    lifecycle.ready();
    expect(header(ask(probesWith(), "/health/ready"), "X-Health-Age")).toBeUndefined();
  });

  it("end the connection while draining", () => {
    lifecycle.drain();
    expect(header(ask(probesWith(), "/health/ready"), "Connection")).toBe("close");
  });
});

describe("readiness while starting", () => {
  it("fails until the app is ready and the store was read", () => {
    source.set({ loaded: false, storeReachable: false });
    const probes = probesWith();
    expect(bodyOf(ask(probes, "/readyz"))).toEqual({ status: "fail", caretaker: { code: "starting" }, checks: {} });
    lifecycle.ready();
    expect(ask(probes, "/readyz").statusCode).toBe(503);
    source.set({ loaded: true, storeReachable: true });
    expect(ask(probes, "/readyz").statusCode).toBe(200);
  });

  it("fails for a loaded store while the app is not ready", () => {
    const probes = probesWith();
    expect(bodyOf(ask(probes, "/readyz")).caretaker).toEqual({ code: "starting" });
  });

  it("leaves the verdict to the checks once the grace is over, to the millisecond", () => {
    source.set({ loaded: false, storeReachable: false });
    const probes = probesWith();
    monotonicMs = 29_999;
    expect(ask(probes, "/readyz").statusCode).toBe(503);
    expect(bodyOf(ask(probes, "/readyz")).checks).toEqual({});
    monotonicMs = 30_000;
    const body = bodyOf(ask(probes, "/readyz"));
    expect(body.status).toBe("warn");
    expect(body.checks["store:state"]).toEqual([{ caretaker: { code: "unreachable", state: "down" }, status: "warn" }]);
    // Over is over, even for a clock that breaks its promise.
    monotonicMs = 0;
    expect(ask(probes, "/readyz").statusCode).toBe(200);
  });
});

describe("readiness while draining", () => {
  it("fails whatever else, for good", () => {
    putChecks({ name: "db", state: "up", critical: true });
    lifecycle.ready();
    const probes = probesWith();
    expect(ask(probes, "/readyz").statusCode).toBe(200);
    lifecycle.drain();
    lifecycle.ready();
    expect(ask(probes, "/readyz").statusCode).toBe(503);
    expect(bodyOf(ask(probes, "/readyz"))).toMatchObject({ status: "fail", caretaker: { code: "draining" } });
    expect(ask(probes, "/readyz?exclude=db").statusCode).toBe(503);
  });
});

describe("readiness of a running service", () => {
  beforeEach(() => lifecycle.ready());

  it.each([
    ["up", true, 200, "pass"],
    ["degraded", true, 200, "warn"],
    ["down", true, 503, "fail"],
    ["down", false, 200, "warn"],
  ] as const)("with a check %s (critical: %s) is %i and %s", (state, critical, statusCode, verdict) => {
    putChecks({ name: "db", state, critical }, { name: "other", state: "up" });
    const response = ask(probesWith(), "/health/ready");
    expect(response.statusCode).toBe(statusCode);
    expect(bodyOf(response).status).toBe(verdict);
    expect(ask(probesWith(), "/health/ready", { accept: "text/plain" }).body.toString()).toBe(verdict);
  });

  it("shows names, states and codes by default, and nothing else", () => {
    putChecks({ name: "db", state: "degraded", critical: true });
    const text = ask(probesWith({ version: "1.2.3", serviceId: "svc" }), "/readyz").body.toString();
    expect(text).toBe(
      '{"status":"warn","checks":{' +
        '"db:state":[{"caretaker":{"code":"threshold","state":"degraded"},"status":"warn"}],' +
        '"store:state":[{"caretaker":{"code":"ok","state":"up"},"status":"pass"}]}}',
    );
  });

  it("shows a count without a unit, and a pass without a sentence", () => {
    const outcome = { ...OUTCOMES.up, measures: { jobs: { value: 7, unit: "" } } };
    source.set({
      specs: new Map([["db", sampleSpec("db")]]),
      records: [sampleRecord("db", { outcome, atMs: START_MS, pending: { outcome: "fail", count: 1, of: 2 } })],
    });
    const { checks } = bodyOf(ask(probesWith({ detail: "full" }), "/readyz"));
    const time = "2001-09-09T01:46:40.000Z";
    expect(checks["db:jobs"]).toEqual([{ componentType: "component", observedValue: 7, status: "pass", time }]);
    expect(checks["db:state"][0]).not.toHaveProperty("output");
    expect(checks["db:state"][0].caretaker).not.toHaveProperty("excluded");
    expect(checks["db:state"][0].caretaker.pending).toEqual({ outcome: "fail", count: 1, of: 2 });
  });

  it("shows the verdict alone with detail none", () => {
    putChecks({ name: "db", state: "degraded" });
    expect(ask(probesWith({ detail: "none" }), "/readyz?exclude=nope").body.toString()).toBe('{"status":"warn"}');
  });

  it("shows everything with detail full", () => {
    putChecks({ name: "db", state: "degraded", critical: true });
    source.setNowMs(START_MS + 1_500);
    const identity = { version: "1", releaseId: "1.2.3", serviceId: "svc" };
    const body = bodyOf(ask(probesWith({ detail: "full", ...identity }), "/readyz"));
    expect(body).toMatchObject(identity);
    expect(body.checks["db:state"]).toEqual([
      {
        caretaker: {
          ageMs: 1_500,
          code: "threshold",
          counted: true,
          critical: true,
          durationMs: 3,
          freshness: "fresh",
          host: null,
          pending: null,
          runId: "run-of-db",
          scope: "fleet",
          since: "2001-09-09T01:46:40.000Z",
          state: "degraded",
        },
        componentType: "component",
        observedValue: "degraded",
        output: "db is past a threshold: free 4 %",
        status: "warn",
        time: "2001-09-09T01:46:40.000Z",
      },
    ]);
    expect(body.checks["db:free"]).toEqual([
      {
        componentType: "component",
        observedUnit: "%",
        observedValue: 4,
        status: "warn",
        time: "2001-09-09T01:46:40.000Z",
      },
    ]);
  });

  it("turns warn, and no worse, when the store is lost", () => {
    const probes = probesWith();
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("pass");
    source.set({ storeReachable: false });
    const response = ask(probes, "/readyz");
    expect(response.statusCode).toBe(200);
    expect(bodyOf(response).status).toBe("warn");
  });

  it("shows another machine's result with full detail only, and never counts it", () => {
    source.set({
      specs: new Map([["disk", sampleSpec("disk", { scope: "host", critical: true })]]),
      records: [sampleRecord("disk", { host: "host-b.internal", state: "down", outcome: OUTCOMES.down })],
    });
    expect(ask(probesWith(), "/readyz").body.toString()).not.toContain("disk");
    const body = bodyOf(ask(probesWith({ detail: "full" }), "/readyz"));
    expect(body.status).toBe("pass");
    expect(body.checks["disk:state"][0].caretaker).toMatchObject({ counted: false, host: "host-b.internal" });
  });
});

describe("?exclude=", () => {
  beforeEach(() => {
    lifecycle.ready();
    putChecks({ name: "db", state: "down", critical: true }, { name: "disk", state: "degraded" });
  });

  it("leaves checks out of this answer's verdict and still shows them", () => {
    const probes = probesWith();
    const body = bodyOf(ask(probes, "/readyz?exclude=db"));
    expect(body.status).toBe("warn");
    expect(body.checks["db:state"][0]).toEqual({
      caretaker: { code: "refused", excluded: true, state: "down" },
      status: "fail",
    });
    expect(
      bodyOf(ask(probesWith({ detail: "full" }), "/readyz?exclude=db")).checks["db:state"][0].caretaker.excluded,
    ).toBe(true);
    expect(bodyOf(ask(probes, "/readyz?exclude=db&exclude=disk")).status).toBe("pass");
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("fail");
  });

  it("takes an unknown name for a note, without repeating it", () => {
    const body = bodyOf(ask(probesWith(), "/readyz?exclude=db&exclude=%3Cscript%3E"));
    expect(body.status).toBe("warn");
    expect(body.notes).toEqual(["exclude: 1 unknown name ignored"]);
    expect(bodyOf(ask(probesWith(), "/readyz?exclude=x&exclude=y")).notes).toEqual([
      "exclude: 2 unknown names ignored",
    ]);
    expect(bodyOf(ask(probesWith(), "/readyz?exclude=db")).notes).toBeUndefined();
  });
});

describe("one check", () => {
  beforeEach(() => putChecks({ name: "db", state: "down", critical: true }, { name: "disk", state: "up" }));

  it("is answered alone, also while the process starts or drains", () => {
    const probes = probesWith();
    lifecycle.drain();
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
    source.setNowMs(START_MS + 3_000);
    expect(header(ask(probesWith(), "/health/ready/disk"), "X-Health-Age")).toBe("3");
  });

  it("is 503 while the names are not known yet", () => {
    source.set({ loaded: false, specs: new Map(), records: [] });
    const response = ask(probesWith(), "/health/ready/db");
    expect(response.statusCode).toBe(503);
    expect(bodyOf(response)).toEqual({ status: "fail", caretaker: { code: "starting" }, checks: {} });
  });
});

describe("?verbose", () => {
  beforeEach(() => {
    lifecycle.ready();
    putChecks({ name: "db", state: "up", critical: true });
  });
  const isFull = (response: ProbeResponse) => response.body.toString().includes("ageMs");

  it("changes nothing without authorize", () => {
    expect(isFull(ask(probesWith(), "/readyz?verbose"))).toBe(false);
  });

  it("gives full detail where authorize says yes", () => {
    const authorize = vi.fn(() => true);
    const probes = probesWith({ authorize, version: "1.2.3" });
    expect(bodyOf(ask(probes, "/readyz?verbose")).version).toBe("1.2.3");
    authorize.mockClear();
    expect(isFull(ask(probes, "/readyz"))).toBe(false);
    expect(authorize).not.toHaveBeenCalled();
    expect(isFull(ask(probes, "/readyz?verbose"))).toBe(true);
    expect(isFull(ask(probes, "/health/ready/db?verbose"))).toBe(true);
    expect(isFull(ask(probes, "/readyz"))).toBe(false);
  });

  it.each([
    ["says no", () => false],
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
  ])("gives no more than usual where authorize %s", (_, authorize) => {
    expect(isFull(ask(probesWith({ authorize }), "/readyz?verbose"))).toBe(false);
    expect(isFull(ask(probesWith({ authorize, detail: "full" }), "/readyz"))).toBe(false);
  });

  it.each<[string, () => boolean | Promise<boolean>]>([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no"))],
  ])("reports an authorize that %s, and answers all the same", async (_, authorize) => {
    const onError = vi.fn();
    const probes = probesWith({ authorize, onError, detail: "full" });
    const response = await probes.answer({ method: "GET", url: "/readyz", headers: {} });
    expect(response).toMatchObject({ statusCode: 200 });
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error("no"));
  });

  it("never gives less than usual: none stays none, and full without authorize is full for all", () => {
    const refusing = probesWith({ authorize: () => false, detail: "none" });
    expect(ask(refusing, "/readyz?verbose").body.toString()).toBe('{"status":"pass"}');
    expect(isFull(ask(probesWith({ detail: "full" }), "/readyz"))).toBe(true);
    const authorize = vi.fn(() => true);
    expect(isFull(ask(probesWith({ detail: "full", authorize }), "/readyz"))).toBe(true);
    expect(authorize).toHaveBeenCalledExactlyOnceWith({ method: "GET", url: "/readyz", headers: {} });
  });

  it.each([
    ["resolves true", () => Promise.resolve(true), true],
    ["resolves false", () => Promise.resolve(false), false],
    ["resolves to something truthy", () => Promise.resolve("yes" as unknown as boolean), false],
    ["returns something truthy", () => 1 as unknown as boolean, false],
    ["rejects", () => Promise.reject(new Error("no")), false],
  ])("waits for an authorize that %s", async (_, authorize, full) => {
    const response = await probesWith({ authorize }).answer({ method: "GET", url: "/readyz?verbose", headers: {} });
    expect(response && isFull(response)).toBe(full);
  });
});

describe("methods", () => {
  it.each(["GET", "HEAD", "OPTIONS"])("%s gets the real status", (method) => {
    lifecycle.drain();
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

describe("the memory of an answer", () => {
  beforeEach(() => {
    lifecycle.ready();
    putChecks({ name: "db", state: "up", critical: true });
  });

  it("gives the same answer again while nothing changes", () => {
    const probes = probesWith();
    const first = ask(probes, "/readyz");
    source.setNowMs(START_MS + 999);
    expect(ask(probes, "/readyz")).toBe(first);
  });

  it("changes the age by the second and keeps the body", () => {
    const probes = probesWith();
    const first = ask(probes, "/readyz");
    source.setNowMs(START_MS + 1_000);
    const second = ask(probes, "/readyz");
    expect(header(second, "X-Health-Age")).toBe("1");
    expect(second.body).toBe(first.body);
    expect(ask(probes, "/readyz")).toBe(second);
  });

  it("ends with the evidence's own time, although nothing was published", () => {
    const probes = probesWith();
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("pass");
    source.setNowMs(START_MS + 70_000);
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("pass");
    source.setNowMs(START_MS + 70_001);
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("warn");
    source.setNowMs(START_MS + 70_000);
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("pass");
  });

  it("ends when a worker falls silent, because nothing is published then either", () => {
    source.set({
      specs: new Map([["disk", sampleSpec("disk", { scope: "host", critical: true, onUnknown: "fail" })]]),
      records: [],
      workers: [{ id: "w", host: HOST, pid: 1, version: "1", startedAtMs: 0, beatAtMs: START_MS, lastRunAtMs: null }],
    });
    const probes = probesWith();
    source.setNowMs(START_MS + 15_000);
    expect(ask(probes, "/readyz").statusCode).toBe(503);
    source.setNowMs(START_MS + 15_001);
    expect(ask(probes, "/readyz").statusCode).toBe(200);
  });

  it("ends with a new snapshot", () => {
    const probes = probesWith();
    expect(ask(probes, "/readyz").statusCode).toBe(200);
    putChecks({ name: "db", state: "down", critical: true });
    expect(ask(probes, "/readyz").statusCode).toBe(503);
  });

  it("ends when the store is lost, although the content is the same", () => {
    const content = source.current();
    let storeReachable = true;
    const current = () => ({ ...content, storeReachable });
    const probes = probesWith({ source: { current, nowMs: () => START_MS } });
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("pass");
    storeReachable = false;
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("warn");
  });

  it("ends when the store is read for the first time, although the content is the same", () => {
    const content = source.current();
    let loaded = false;
    const probes = probesWith({ source: { current: () => ({ ...content, loaded }), nowMs: () => START_MS } });
    expect(ask(probes, "/readyz").statusCode).toBe(503);
    loaded = true;
    expect(ask(probes, "/readyz").statusCode).toBe(200);
  });

  it("holds sixty-four URLs", () => {
    const probes = probesWith();
    const answers = Array.from({ length: 65 }, (_, index) => ask(probes, `/readyz?x=${index}`));
    const again = answers.map((_, index) => ask(probes, `/readyz?x=${index}`));
    expect(again.map((answer, index) => answer === answers[index])).toEqual(answers.map((_, index) => index < 64));
  });

  it("is of no age for a result from the near future, and of the oldest of several", () => {
    source.setNowMs(START_MS - 1_500);
    expect(header(ask(probesWith(), "/readyz"), "X-Health-Age")).toBe("0");
    const specs = ["a", "b", "c"].map((name) => sampleSpec(name, { critical: name !== "c" }));
    source.set({
      specs: new Map(specs.map((spec) => [spec.name, spec])),
      records: [
        sampleRecord("a"),
        sampleRecord("b", { atMs: START_MS - 4_000 }),
        sampleRecord("c", { atMs: START_MS - 9_000 }),
      ],
    });
    source.setNowMs(START_MS);
    expect(header(ask(probesWith(), "/readyz"), "X-Health-Age")).toBe("4");
  });

  it("is not kept of full detail", () => {
    const probes = probesWith({ detail: "full" });
    expect(bodyOf(ask(probes, "/readyz")).checks["db:state"][0].caretaker.ageMs).toBe(0);
    source.setNowMs(START_MS + 10);
    expect(bodyOf(ask(probes, "/readyz")).checks["db:state"][0].caretaker.ageMs).toBe(10);
  });

  it("keeps the forms apart", () => {
    const probes = probesWith();
    expect(header(ask(probes, "/readyz"), "Content-Type")).toBe("application/json");
    const health = ask(probes, "/readyz", { accept: "application/health+json" });
    expect(header(health, "Content-Type")).toBe("application/health+json");
  });

  it("does not grow with the URLs a client invents", () => {
    const probes = probesWith();
    for (let index = 0; index < 1_000; index += 1) expect(ask(probes, `/readyz?x=${index}`).statusCode).toBe(200);
    const late = ask(probes, "/readyz?x=999");
    expect(ask(probes, "/readyz?x=999")).not.toBe(late);
    expect(ask(probes, "/readyz?x=0")).toBe(ask(probes, "/readyz?x=0"));
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
    const live = probesWith({ onError: crash, lifecycle: { ...lifecycle, state: crash } });
    expect(ask(live, "/health").statusCode).toBe(503);
    const probes = probesWith({ authorize: async () => true, source: { current: crash, nowMs: () => START_MS } });
    expect(await probes.answer({ method: "GET", url: "/readyz?verbose", headers: {} })).toMatchObject({
      statusCode: 503,
    });
  });

  it("does not come from one record with an impossible time", () => {
    lifecycle.ready();
    source.set({
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
    lifecycle.ready();
    const outcome = { ...OUTCOMES.down, code: "password=hunter2" as "ok" };
    source.set({
      specs: new Map([["db", sampleSpec("db")]]),
      records: [sampleRecord("db", { state: "down", outcome })],
    });
    const response = ask(probesWith({ detail }), "/readyz");
    expect(bodyOf(response).checks["db:state"][0].caretaker.code).toBe("internal");
    expect(response.body.toString()).not.toContain("hunter2");
  });
});

describe("the old answer of /health", () => {
  it("is 200 with a component a check, and says that it is going", () => {
    putChecks({ name: "db", state: "down", critical: true }, { name: "disk", state: "degraded" });
    lifecycle.ready();
    const probes = probesWith({ legacyBody: true });
    const response = ask(probes, "/health");
    expect(response.statusCode).toBe(200);
    expect(JSON.parse(response.body.toString())).toEqual({
      status: "down",
      components: {
        db: { status: "down", message: "db refused the connection or the request", latency_ms: 3 },
        disk: { status: "degraded", message: "disk is past a threshold", latency_ms: 3 },
        store: { status: "ok", message: "store is fine", latency_ms: null },
      },
    });
    expect(header(response, "Deprecation")).toBe("@1795478400");
    expect(header(response, "X-Health-Age")).toBeUndefined();
    expect(header(response, "X-Health-Status")).toBe("fail");
    expect(ask(probes, "/livez").body.toString()).toBe('{"status":"pass","state":"ready"}');
  });
});

it.each([
  ["up", "ok"],
  ["degraded", "degraded"],
] as const)("the old answer of a check that is %s is %s", (state, status) => {
  putChecks({ name: "db", state });
  lifecycle.ready();
  source.set({
    specs: new Map([...source.current().specs, ["awaited", sampleSpec("awaited")]]),
    ...(state === "up" ? { specs: source.current().specs } : {}),
  });
  const body = JSON.parse(ask(probesWith({ legacyBody: true }), "/health").body.toString());
  expect(body.status).toBe(status);
  expect(body.components.db.status).toBe(status);
  expect(body.components.awaited?.status).toBe(state === "up" ? undefined : "degraded");
});

it("the old answer leaves out another machine's result", () => {
  source.set({
    specs: new Map([["disk", sampleSpec("disk", { scope: "host" })]]),
    records: [sampleRecord("disk", { host: "host-b" })],
  });
  lifecycle.ready();
  const body = JSON.parse(ask(probesWith({ legacyBody: true }), "/health").body.toString());
  expect(Object.keys(body.components)).toEqual(["store"]);
});

describe("the size of an answer", () => {
  function putMany(count: number, length: number) {
    const names = Array.from({ length: count }, (_, index) => `c${String(index).padStart(length - 1, "0")}`);
    const measures = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [`measure${index}`, { value: 123_456.789, unit: "milliseconds" }]),
    );
    const outcome = { status: "fail", code: "threshold", durationMs: 1, measures } as const;
    source.set({
      specs: new Map(names.map((name) => [name, sampleSpec(name)])),
      records: names.map((name, index) =>
        index === count - 1 ? sampleRecord(name, { state: "down", outcome }) : sampleRecord(name),
      ),
    });
    return names;
  }

  it("holds 200 checks with names of usual length", () => {
    putMany(200, 10);
    lifecycle.ready();
    const body = bodyOf(ask(probesWith(), "/readyz"));
    expect(Object.keys(body.checks)).toHaveLength(200);
    expect(Object.keys(body.checks)).toEqual(Object.keys(body.checks).toSorted());
  });

  it.each(["status", "full"] as const)("stays within 16 KiB with detail %s by leaving out the best", (detail) => {
    const names = putMany(200, 63);
    lifecycle.ready();
    const identity = { version: "é".repeat(256), serviceId: "é".repeat(256), releaseId: "é".repeat(256) };
    const body = bodyOf(ask(probesWith({ detail, ...identity }), "/readyz"));
    expect(body.checks[`${names.at(-1)}:state`]).toHaveLength(1);
    // The two hundred and the store.
    const left = 201 - Object.keys(body.checks).filter((key) => key.endsWith(":state")).length;
    expect(body.notes).toEqual([`${left} results left out to keep the answer short, the best first`]);
  });

  it("keeps the old answer short as well, wherever it is cut", () => {
    for (let length = 30; length <= 63; length += 1) {
      putMany(200, length);
      const response = ask(probesWith({ legacyBody: true }), "/health");
      expect(response.body.length).toBeLessThanOrEqual(16 * 1024);
    }
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
  lifecycle.ready();
  putChecks({ name: "db", state: "degraded", critical: true });
  const probes = probesWith();
  ask(probes, "/readyz");
  source.setNowMs(START_MS + 400);
  expect(probes.readiness()).toMatchObject({
    verdict: "warn",
    code: null,
    checks: [{ ageMs: 400 }, { name: "store" }],
  });
});
