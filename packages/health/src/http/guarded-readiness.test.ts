import { beforeEach, describe, expect, it } from "vitest";
import type { CheckSpec } from "../check.js";
import type { GuardDecision } from "../guard.js";
import { sampleRecord } from "../testing/sample-record.js";
import { sampleSpec } from "../testing/sample-spec.js";
import { bodyOf, HOST, ask as probe, probesWith, service } from "./probes.test.fixture.js";

const ON: GuardDecision = { shared: true, own: true };
const OFF: GuardDecision = { shared: false, own: false };
const OUTCOMES = {
  up: { status: "pass", code: "ok", durationMs: 3, measures: { length: { value: 51, unit: "" } } },
  down: { status: "fail", code: "refused", durationMs: 3, measures: {} },
  missing: { status: "fail", code: "not_configured", durationMs: 3, measures: {} },
} as const;

let decision: GuardDecision;

beforeEach(() => {
  decision = OFF;
});

function open(detail: "none" | "status" | "full" = "status") {
  return probesWith({ detail, guard: { decision: () => decision } });
}

function put(checks: Record<string, keyof typeof OUTCOMES>, changes: Partial<CheckSpec> = { critical: true }) {
  const specs = Object.keys(checks).map((name) => {
    return sampleSpec(name, { ...changes, scope: name.startsWith("disk") ? "host" : "fleet" });
  });
  service.source.set({
    specs: new Map(specs.map((spec) => [spec.name, spec])),
    records: specs.map(({ name, scope }) => {
      const is = checks[name] ?? "up";
      const state = is === "up" ? "up" : "down";
      return sampleRecord(name, { host: scope === "host" ? HOST : null, state, outcome: OUTCOMES[is] });
    }),
  });
}

function ask(probes: ReturnType<typeof open>, url = "/health/ready") {
  const answer = probe(probes, url);
  return { statusCode: answer.statusCode, body: bodyOf(answer) };
}

/** Probes of an instance that has been ready once, and whose database is down now. */
function failing(detail?: "none" | "status" | "full") {
  const probes = open(detail);
  service.lifecycle.ready();
  put({ db: "up" });
  expect(ask(probes).statusCode).toBe(200);
  put({ db: "down" });
  return probes;
}

describe("a failure that is held back", () => {
  it("is answered 200, warn, guarded, and the check stays what it is", () => {
    const probes = failing();
    expect(ask(probes).statusCode).toBe(503);
    decision = ON;
    expect(ask(probes)).toMatchObject({
      statusCode: 200,
      body: {
        status: "warn",
        caretaker: { code: "guarded" },
        checks: { "db:state": [{ status: "fail", caretaker: { state: "down", code: "refused" } }] },
      },
    });
    expect(probes.readiness()).toMatchObject({ verdict: "warn", rawVerdict: "fail", isReadyOnce: true });
    decision = OFF;
    expect(ask(probes).statusCode).toBe(503);
  });

  it("is answered anew as soon as either decision changes, however often it was asked before", () => {
    const probes = failing();
    for (const [next, statusCode] of [
      [OFF, 503],
      [{ shared: true, own: false }, 200],
      [{ shared: false, own: true }, 503],
      [ON, 200],
    ] as const) {
      decision = next;
      expect(ask(probes).statusCode).toBe(statusCode);
    }
    put({ db: "up", disk: "down" });
    for (const [own, statusCode] of [
      [false, 503],
      [true, 200],
      [false, 503],
    ] as const) {
      decision = { shared: true, own };
      expect(ask(probes).statusCode).toBe(statusCode);
    }
  });

  it("tells no code without detail", () => {
    const probes = failing("none");
    decision = ON;
    expect(ask(probes).body).toEqual({ status: "warn" });
  });

  it("is not held back for an instance that drains", () => {
    const probes = failing();
    decision = ON;
    service.lifecycle.drain();
    expect(ask(probes)).toMatchObject({ statusCode: 503, body: { caretaker: { code: "draining" } } });
  });

  it("is not held back for an instance that has never been ready", () => {
    const probes = open();
    decision = ON;
    put({ db: "down" });
    expect(ask(probes)).toMatchObject({ statusCode: 503, body: { caretaker: { code: "starting" } } });
    service.lifecycle.ready();
    expect(ask(probes).statusCode).toBe(503);
    expect(probes.readiness().isReadyOnce).toBe(false);
  });

  it("is held back from the first moment after it has been ready", () => {
    const probes = open();
    decision = ON;
    service.lifecycle.ready();
    put({ db: "down" });
    expect(ask(probes).statusCode).toBe(503);
    put({ db: "up" });
    expect(probes.readiness().isReadyOnce).toBe(true);
    put({ db: "down" });
    expect(ask(probes).statusCode).toBe(200);
  });

  it("is by cause: a shared one held back, an own one not", () => {
    const probes = failing();
    decision = { shared: true, own: false };
    put({ db: "up", disk: "down" });
    expect(ask(probes).statusCode).toBe(503);
    put({ db: "down", disk: "down" });
    expect(ask(probes).statusCode).toBe(200);
    // Without the shared cause, what is left is this machine's own.
    expect(ask(probes, "/health/ready?exclude=db").statusCode).toBe(503);
    expect(ask(probes, "/health/ready?exclude=disk")).toMatchObject({ statusCode: 200, body: { status: "warn" } });
    expect(ask(probes, "/health/ready?exclude=disk&exclude=db").body).toMatchObject({ status: "pass" });
    expect(ask(probes, "/health/ready?exclude=disk&exclude=db").body.caretaker).toBe(undefined);
  });

  it("is not held back from the URL of the check alone", () => {
    const probes = failing();
    decision = ON;
    expect(ask(probes, "/health/ready/db").statusCode).toBe(503);
  });
});

describe("one check in full", () => {
  it("is explained; the list of all is not", () => {
    const probes = failing("full");
    const [entry] = ask(probes, "/health/ready/db?verbose").body.checks["db:state"];
    expect(entry.caretaker.explain).toMatchObject({ check: "db", statusCode: 503, state: { stored: "down" } });
    expect(Object.keys(entry.caretaker)).toEqual(Object.keys(entry.caretaker).toSorted());
    expect(ask(probes).body.checks["db:state"][0].caretaker.explain).toBe(undefined);
    ask(probes, "/health/ready/store?verbose");
  });

  it("is not explained below full detail", () => {
    expect(JSON.stringify(ask(failing(), "/health/ready/db?verbose").body)).not.toContain("explain");
  });
});

describe("a secret's check", () => {
  it.each(["status", "full"] as const)("with %s detail shows configured or missing and no number", (detail) => {
    const probes = open(detail);
    service.lifecycle.ready();
    put({ token: "up" }, { componentType: "secret" });
    const configured = ask(probes).body;
    expect(configured.checks["token:state"][0].observedValue).toBe("configured");
    expect(configured.checks["token:length"]).toBe(undefined);
    expect(JSON.stringify(configured)).not.toContain("51");
    put({ token: "missing" }, { componentType: "secret" });
    expect(ask(probes).body.checks["token:state"][0].observedValue).toBe("missing");
  });

  it("shows neither where the result does not say", () => {
    const probes = open();
    put({ token: "down" }, { componentType: "secret" });
    expect(ask(probes).body.checks["token:state"][0].observedValue).toBe(undefined);
  });
});
