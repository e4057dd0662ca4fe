import { describe, expect, it } from "vitest";
import { sampleRecord } from "../testing/sample-record.js";
import { sampleSpec } from "../testing/sample-spec.js";
import { ask, header, probesWith, putChecks, service } from "./probes.test.fixture.js";

describe("the old answer of /health", () => {
  it("is 200 with a component a check, and says that it is going", () => {
    putChecks({ name: "db", state: "down", critical: true }, { name: "disk", state: "degraded" });
    service.lifecycle.ready();
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
  service.lifecycle.ready();
  service.source.set({
    specs: new Map([...service.source.current().specs, ["awaited", sampleSpec("awaited")]]),
    ...(state === "up" ? { specs: service.source.current().specs } : {}),
  });
  const body = JSON.parse(ask(probesWith({ legacyBody: true }), "/health").body.toString());
  expect(body.status).toBe(status);
  expect(body.components.db.status).toBe(status);
  expect(body.components.awaited?.status).toBe(state === "up" ? undefined : "degraded");
});

it("the old answer leaves out another machine's result", () => {
  service.source.set({
    specs: new Map([["disk", sampleSpec("disk", { scope: "host" })]]),
    records: [sampleRecord("disk", { host: "host-b" })],
  });
  service.lifecycle.ready();
  const body = JSON.parse(ask(probesWith({ legacyBody: true }), "/health").body.toString());
  expect(Object.keys(body.components)).toEqual(["store"]);
});
