import { beforeEach, describe, expect, it } from "vitest";
import { sampleRecord } from "../testing/sample-record.js";
import { sampleSpec } from "../testing/sample-spec.js";
import { ask, bodyOf, HOST, header, probesWith, putChecks, START_MS, service } from "./probes.test.fixture.js";

describe("the memory of an answer", () => {
  beforeEach(() => {
    service.lifecycle.ready();
    putChecks({ name: "db", state: "up", critical: true });
  });

  it("gives the same answer again while nothing changes", () => {
    const probes = probesWith();
    const first = ask(probes, "/readyz");
    service.source.setNowMs(START_MS + 999);
    expect(ask(probes, "/readyz")).toBe(first);
  });

  it("changes the age by the second and keeps the body", () => {
    const probes = probesWith();
    const first = ask(probes, "/readyz");
    service.source.setNowMs(START_MS + 1_000);
    const second = ask(probes, "/readyz");
    expect(header(second, "X-Health-Age")).toBe("1");
    expect(second.body).toBe(first.body);
    expect(ask(probes, "/readyz")).toBe(second);
  });

  it("ends with the evidence's own time, although nothing was published", () => {
    const probes = probesWith();
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("pass");
    service.source.setNowMs(START_MS + 70_000);
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("pass");
    service.source.setNowMs(START_MS + 70_001);
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("warn");
    service.source.setNowMs(START_MS + 70_000);
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("pass");
  });

  it("ends when a worker falls silent, because nothing is published then either", () => {
    service.source.set({
      specs: new Map([["disk", sampleSpec("disk", { scope: "host", critical: true, onUnknown: "fail" })]]),
      records: [],
      workers: [{ id: "w", host: HOST, pid: 1, version: "1", startedAtMs: 0, beatAtMs: START_MS, lastRunAtMs: null }],
    });
    const probes = probesWith();
    service.source.setNowMs(START_MS + 15_000);
    expect(ask(probes, "/readyz").statusCode).toBe(503);
    service.source.setNowMs(START_MS + 15_001);
    expect(ask(probes, "/readyz").statusCode).toBe(200);
  });

  it("ends with a new snapshot", () => {
    const probes = probesWith();
    expect(ask(probes, "/readyz").statusCode).toBe(200);
    putChecks({ name: "db", state: "down", critical: true });
    expect(ask(probes, "/readyz").statusCode).toBe(503);
  });

  it("ends when the store is lost, although the content is the same", () => {
    const content = service.source.current();
    let storeReachable = true;
    const current = () => ({ ...content, storeReachable });
    const probes = probesWith({ source: { current, nowMs: () => START_MS } });
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("pass");
    storeReachable = false;
    expect(bodyOf(ask(probes, "/readyz")).status).toBe("warn");
  });

  it("ends when the store is read for the first time, although the content is the same", () => {
    const content = service.source.current();
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
    service.source.setNowMs(START_MS - 1_500);
    expect(header(ask(probesWith(), "/readyz"), "X-Health-Age")).toBe("0");
    const specs = ["a", "b", "c"].map((name) => sampleSpec(name, { critical: name !== "c" }));
    service.source.set({
      specs: new Map(specs.map((spec) => [spec.name, spec])),
      records: [
        sampleRecord("a"),
        sampleRecord("b", { atMs: START_MS - 4_000 }),
        sampleRecord("c", { atMs: START_MS - 9_000 }),
      ],
    });
    service.source.setNowMs(START_MS);
    expect(header(ask(probesWith(), "/readyz"), "X-Health-Age")).toBe("4");
  });

  it("is not kept of full detail", () => {
    const probes = probesWith({ detail: "full" });
    expect(bodyOf(ask(probes, "/readyz")).checks["db:state"][0].caretaker.ageMs).toBe(0);
    service.source.setNowMs(START_MS + 10);
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

describe("the size of an answer", () => {
  function putMany(count: number, length: number) {
    const names = Array.from({ length: count }, (_, index) => `c${String(index).padStart(length - 1, "0")}`);
    const measures = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [`measure${index}`, { value: 123_456.789, unit: "milliseconds" }]),
    );
    const outcome = { status: "fail", code: "threshold", durationMs: 1, measures } as const;
    service.source.set({
      specs: new Map(names.map((name) => [name, sampleSpec(name)])),
      records: names.map((name, index) =>
        index === count - 1 ? sampleRecord(name, { state: "down", outcome }) : sampleRecord(name),
      ),
    });
    return names;
  }

  it("holds 200 checks with names of usual length", () => {
    putMany(200, 10);
    service.lifecycle.ready();
    const body = bodyOf(ask(probesWith(), "/readyz"));
    expect(Object.keys(body.checks)).toHaveLength(200);
    expect(Object.keys(body.checks)).toEqual(Object.keys(body.checks).toSorted());
  });

  it.each(["status", "full"] as const)("stays within 16 KiB with detail %s by leaving out the best", (detail) => {
    const names = putMany(200, 63);
    service.lifecycle.ready();
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
