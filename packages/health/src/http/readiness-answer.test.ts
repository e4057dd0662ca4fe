import { beforeEach, describe, expect, it, vi } from "vitest";
import { sampleRecord } from "../testing/sample-record.js";
import { sampleSpec } from "../testing/sample-spec.js";
import type { ProbeResponse } from "./probe-response.js";
import { ask, bodyOf, header, OUTCOMES, probesWith, putChecks, START_MS, service } from "./probes.test.fixture.js";

describe("the check of the store", () => {
  it.each([
    [true, "up", "ok", "pass"],
    [false, "down", "unreachable", "warn"],
  ])("reachable %s is %s, with all it is made of", (storeReachable, state, code, status) => {
    service.lifecycle.ready();
    service.source.set({ storeReachable });
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

describe("the headers of readiness", () => {
  it("are exactly these for a pass", () => {
    putChecks({ name: "db", state: "up", critical: true });
    service.lifecycle.ready();
    service.source.setNowMs(START_MS + 2_999);
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
    service.lifecycle.ready();
    const response = ask(probesWith(), "/health/ready");
    expect(response.statusCode).toBe(503);
    expect(header(response, "Retry-After")).toBe("5");
  });

  it("leave the age out where no critical check has evidence", () => {
    putChecks({ name: "db", state: "up" });
    service.lifecycle.ready();
    expect(header(ask(probesWith(), "/health/ready"), "X-Health-Age")).toBeUndefined();
  });

  it("end the connection while draining", () => {
    service.lifecycle.drain();
    expect(header(ask(probesWith(), "/health/ready"), "Connection")).toBe("close");
  });
});

describe("readiness while starting", () => {
  it("fails until the app is ready and the store was read", () => {
    service.source.set({ loaded: false, storeReachable: false });
    const probes = probesWith();
    expect(bodyOf(ask(probes, "/readyz"))).toEqual({ status: "fail", caretaker: { code: "starting" }, checks: {} });
    service.lifecycle.ready();
    expect(ask(probes, "/readyz").statusCode).toBe(503);
    service.source.set({ loaded: true, storeReachable: true });
    expect(ask(probes, "/readyz").statusCode).toBe(200);
  });

  it("fails for a loaded store while the app is not ready", () => {
    const probes = probesWith();
    expect(bodyOf(ask(probes, "/readyz")).caretaker).toEqual({ code: "starting" });
  });

  it("leaves the verdict to the checks once the grace is over, to the millisecond", () => {
    service.source.set({ loaded: false, storeReachable: false });
    const probes = probesWith();
    service.monotonicMs = 29_999;
    expect(ask(probes, "/readyz").statusCode).toBe(503);
    expect(bodyOf(ask(probes, "/readyz")).checks).toEqual({});
    service.monotonicMs = 30_000;
    const body = bodyOf(ask(probes, "/readyz"));
    expect(body.status).toBe("warn");
    expect(body.checks["store:state"]).toEqual([{ caretaker: { code: "unreachable", state: "down" }, status: "warn" }]);
    // Over is over, even for a clock that breaks its promise.
    service.monotonicMs = 0;
    expect(ask(probes, "/readyz").statusCode).toBe(200);
  });
});

describe("readiness while draining", () => {
  it("fails whatever else, for good", () => {
    putChecks({ name: "db", state: "up", critical: true });
    service.lifecycle.ready();
    const probes = probesWith();
    expect(ask(probes, "/readyz").statusCode).toBe(200);
    service.lifecycle.drain();
    service.lifecycle.ready();
    expect(ask(probes, "/readyz").statusCode).toBe(503);
    expect(bodyOf(ask(probes, "/readyz"))).toMatchObject({ status: "fail", caretaker: { code: "draining" } });
    expect(ask(probes, "/readyz?exclude=db").statusCode).toBe(503);
  });
});

describe("readiness of a running service", () => {
  beforeEach(() => service.lifecycle.ready());

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
    service.source.set({
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
    service.source.setNowMs(START_MS + 1_500);
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
    service.source.set({ storeReachable: false });
    const response = ask(probes, "/readyz");
    expect(response.statusCode).toBe(200);
    expect(bodyOf(response).status).toBe("warn");
  });

  it("shows another machine's result with full detail only, and never counts it", () => {
    service.source.set({
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
    service.lifecycle.ready();
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

describe("?verbose", () => {
  beforeEach(() => {
    service.lifecycle.ready();
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
