import { describe, expect, it } from "vitest";
import { evaluate } from "../evaluate.js";
import { EMPTY_SNAPSHOT, type Snapshot } from "../snapshot.js";
import { sampleRecord } from "../testing/sample-record.js";
import { sampleSpec } from "../testing/sample-spec.js";
import { type AssessOptions, assessReadiness } from "./assess-readiness.js";
import { checkEntries } from "./check-entries.js";
import { readinessBody } from "./readiness-body.js";
import { selectContent } from "./select-content.js";
import { storeCheck } from "./store-check.js";

const NOW = 1_000_000_000_000;
const READY: AssessOptions = { nowMs: NOW, hostId: "host-a", lifecycle: "ready", graceOver: false };
const DOWN = { status: "fail", code: "refused", durationMs: 3, measures: {} } as const;

function snapshotOf(state: "up" | "down", changes: Partial<Snapshot> = {}): Snapshot {
  const outcome = state === "up" ? sampleRecord("db").outcome : DOWN;
  return {
    ...EMPTY_SNAPSHOT,
    loaded: true,
    storeReachable: true,
    specs: new Map([["db", sampleSpec("db", { critical: true })]]),
    records: [sampleRecord("db", { state, outcome })],
    ...changes,
  };
}

describe("readiness at one moment", () => {
  it("lists no check before the store was read, nor the store itself", () => {
    const readiness = assessReadiness(EMPTY_SNAPSHOT, READY);
    expect(readiness).toMatchObject({ verdict: "fail", rawVerdict: "fail", code: "starting", checks: [] });
    expect(assessReadiness(EMPTY_SNAPSHOT, { ...READY, graceOver: true })).toMatchObject({
      ...{ verdict: "warn", rawVerdict: "warn", code: null },
      checks: [{ name: "store", code: "unreachable" }],
    });
  });

  it("warns of a lost store", () => {
    const lost = snapshotOf("up", { storeReachable: false });
    expect(assessReadiness(lost, READY)).toMatchObject({ verdict: "warn", rawVerdict: "warn", code: null });
  });

  it("tells a failure that is held back from the warning it is answered with", () => {
    const guard = { shared: true, own: true };
    const held = assessReadiness(snapshotOf("down"), { ...READY, isReadyOnce: true, guard });
    expect(held).toMatchObject({ verdict: "warn", rawVerdict: "fail", code: "guarded", isReadyOnce: true });
    // Unless told otherwise nobody has been ready, and nobody is held back.
    const never = assessReadiness(snapshotOf("down"), { ...READY, guard });
    expect(never).toMatchObject({ verdict: "fail", rawVerdict: "fail", code: null, isReadyOnce: false });
  });
});

describe("the content of one check's URL", () => {
  const route = { kind: "check", name: "nope", verbose: false } as const;

  it.each([
    [true, 404, "not_found"],
    [false, 503, "starting"],
  ])("of a name nobody knows (store read: %s) is empty, %d, %s", (loaded, statusCode, code) => {
    const readiness = assessReadiness(snapshotOf("up", { loaded }), READY);
    expect(selectContent(readiness, route)).toEqual({
      ...{ statusCode, verdict: "fail", code, checks: [], excluded: new Set(), notes: [], oldestAtMs: null },
    });
  });

  it("counts this machine's result alone, and shows all", () => {
    const disk = sampleSpec("disk", { scope: "host", critical: true });
    const records = [
      sampleRecord("disk", { host: "host-a", atMs: NOW - 1 }),
      sampleRecord("disk", { host: "host-b", state: "down", outcome: DOWN, atMs: NOW - 2 }),
    ];
    const readiness = assessReadiness(snapshotOf("up", { specs: new Map([["disk", disk]]), records }), READY);
    const content = selectContent(readiness, { ...route, name: "disk" });
    expect(content).toMatchObject({ statusCode: 200, verdict: "pass", oldestAtMs: NOW - 1, excluded: new Set() });
    expect(content.checks).toHaveLength(2);
    expect(content.notes).toEqual([]);
  });
});

it("evidence that is awaited has no age, and makes none", () => {
  const specs = new Map(["db", "new"].map((name) => [name, sampleSpec(name, { critical: true })]));
  const readiness = assessReadiness(snapshotOf("up", { specs }), READY);
  const content = selectContent(readiness, { kind: "readiness", exclude: [], verbose: false });
  expect(content.oldestAtMs).toBe(NOW);
});

describe("a body", () => {
  const [check] = evaluate(snapshotOf("up"), { nowMs: NOW, hostId: "host-a" }).checks;
  if (check === undefined) throw new Error("nothing was evaluated");

  it("neither excludes nor explains unless told to", () => {
    const text = readinessBody({ verdict: "pass", code: null, checks: [check], detail: "full" });
    expect(Object.keys(JSON.parse(text).checks["db:state"][0].caretaker)).not.toContain("excluded");
    expect(text).not.toContain("explain");
    expect(JSON.stringify(checkEntries(check, { detail: "full", excluded: false }))).not.toContain("explain");
  });
});

it("the store's own check is of this kind", () => {
  expect(storeCheck({ storeReachable: true }).spec).toEqual({
    name: "store",
    everyMs: 0,
    timeoutMs: 0,
    scope: "host",
    critical: false,
    failureThreshold: 1,
    successThreshold: 1,
    onStale: "warn",
    maxHoldMs: 0,
    onUnknown: "warn",
    componentType: "datastore",
  });
});
