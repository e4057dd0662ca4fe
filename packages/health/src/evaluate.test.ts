import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckSpec, OnStale } from "./check.js";
import { type CheckEvaluation, evaluate, WORKER_ALIVE_MS } from "./evaluate.js";
import { lateAfterMs, staleAfterMs } from "./freshness.js";
import { type CheckRecord, EMPTY_SNAPSHOT, type Snapshot, type UnreadableRecord, type WorkerBeat } from "./snapshot.js";
import type { State, StoredState } from "./state.js";
import { sampleRecord } from "./testing/sample-record.js";
import { sampleSpec } from "./testing/sample-spec.js";
import type { Verdict } from "./verdict.js";

const NOW = 1_000_000_000_000;
const HOST = "host-a";
// Of a sample spec: every 30 s, timeout 5 s, held for 5 min.
const LATE = 40_000;
const STALE = 70_000;
const HELD = STALE + 300_000;

const OUTCOMES = {
  up: { status: "pass", code: "ok", durationMs: 3, measures: {} },
  degraded: { status: "warn", code: "threshold", durationMs: 3, measures: {} },
  down: { status: "fail", code: "refused", durationMs: 3, measures: {} },
} as const;

function snapshotOf(
  specs: readonly CheckSpec[],
  records: readonly (CheckRecord | UnreadableRecord)[] = [],
  workers: readonly WorkerBeat[] = [],
): Snapshot {
  return { ...EMPTY_SNAPSHOT, specs: new Map(specs.map((spec) => [spec.name, spec])), records, workers };
}

function record(check: string, state: StoredState, ageMs: number, changes: Partial<CheckRecord> = {}): CheckRecord {
  return sampleRecord(check, { state, outcome: OUTCOMES[state], atMs: NOW - ageMs, ...changes });
}

function beat(host: string, ageMs: number): WorkerBeat {
  const id = `${host}-1`;
  return { id, host, pid: 1, version: "1", startedAtMs: 0, beatAtMs: NOW - ageMs, lastRunAtMs: null };
}

function ask(snapshot: Snapshot, nowMs = NOW) {
  return evaluate(snapshot, { nowMs, hostId: HOST });
}

/** The evaluation of one check of which one result is stored. */
function one(changes: Partial<CheckSpec>, stored: CheckRecord | UnreadableRecord | null): CheckEvaluation {
  const { checks } = ask(snapshotOf([sampleSpec("db", changes)], stored === null ? [] : [stored]));
  const [only] = checks;
  if (only === undefined || checks.length !== 1) throw new Error(`${checks.length} evaluations, not one`);
  return only;
}

describe("aggregation (health.md §6)", () => {
  it("is pass without checks, for ever", () => {
    expect(ask(snapshotOf([]))).toEqual({ verdict: "pass", checks: [], validUntilMs: Number.POSITIVE_INFINITY });
  });

  it.each<[StoredState, boolean, number, Verdict]>([
    ["up", true, 0, "pass"],
    ["up", false, LATE + 1, "pass"],
    ["up", true, STALE, "pass"],
    ["degraded", true, 0, "warn"],
    ["degraded", false, LATE + 1, "warn"],
    ["down", true, 0, "fail"],
    ["down", true, LATE + 1, "fail"],
    ["down", false, 0, "warn"],
  ])("%s, critical %s, %d ms old, contributes %4$s", (state, critical, ageMs, verdict) => {
    expect(one({ critical }, record("db", state, ageMs))).toMatchObject({
      state,
      contribution: verdict,
      counted: true,
    });
    expect(ask(snapshotOf([sampleSpec("db", { critical })], [record("db", state, ageMs)])).verdict).toBe(verdict);
  });

  it("takes the worst that counts", () => {
    const specs = [sampleSpec("a"), sampleSpec("b"), sampleSpec("c", { critical: true })];
    const rest = [record("a", "up", 0), record("b", "degraded", 0)];
    expect(ask(snapshotOf(specs, [...rest, record("c", "up", 0)])).verdict).toBe("warn");
    expect(ask(snapshotOf(specs, [...rest, record("c", "down", 0)])).verdict).toBe("fail");
  });

  it("shows what was published", () => {
    const pending = { outcome: "fail", count: 1, of: 2 } as const;
    const measures = { latency: { value: 4, unit: "ms" } };
    const stored = record("db", "up", 500, {
      pending,
      outcome: { status: "fail", code: "dns", durationMs: 9, measures },
      sinceMs: NOW - 9_000,
    });
    expect(one({}, stored)).toEqual({
      name: "db",
      spec: sampleSpec("db"),
      host: null,
      state: "up",
      storedState: "up",
      freshness: "fresh",
      code: "dns",
      contribution: "pass",
      counted: true,
      pending,
      measures,
      ageMs: 500,
      atMs: NOW - 500,
      sinceMs: NOW - 9_000,
      durationMs: 9,
      runId: "run-of-db",
      recent: [{ status: "fail", code: "dns", durationMs: 9, runId: "run-of-db", atMs: NOW - 500 }],
      durationsMs: [9],
      transitionCount: 1,
    });
  });

  it.each<[boolean, "warn" | "fail", Verdict]>([
    [false, "warn", "warn"],
    [false, "fail", "warn"],
    [true, "warn", "warn"],
    [true, "fail", "fail"],
  ])("awaits the first run of a new check: critical %s, onUnknown %s gives %s", (critical, onUnknown, verdict) => {
    expect(one({ critical, onUnknown }, null)).toMatchObject({
      state: "unknown",
      freshness: "none",
      code: "no_data",
      contribution: verdict,
      counted: true,
      ageMs: null,
      atMs: null,
    });
  });

  it.each([
    ["awaited", null, "none", "no_data"],
    ["unreadable", { check: "db", host: null, unreadable: true } as const, "stale", "stale"],
  ])("shows nothing of a result that is %s", (_name, stored, freshness, code) => {
    expect(one({}, stored)).toEqual({
      name: "db",
      spec: sampleSpec("db"),
      host: null,
      state: "unknown",
      storedState: null,
      freshness,
      code,
      contribution: "warn",
      counted: true,
      pending: null,
      measures: {},
      ageMs: null,
      atMs: null,
      sinceMs: null,
      durationMs: null,
      runId: null,
      recent: [],
      durationsMs: [],
      transitionCount: 0,
    });
  });

  it("shows no number of a secret", () => {
    const measures = { length: { value: 51, unit: "" } };
    const stored = record("db", "up", 0, { outcome: { ...OUTCOMES.up, measures } });
    expect(one({ componentType: "secret" }, stored).measures).toEqual({});
    expect(one({ componentType: "system" }, stored).measures).toEqual(measures);
  });

  it("leaves out the results of a check that is no longer expected", () => {
    expect(ask(snapshotOf([], [record("gone", "down", 0)]))).toMatchObject({ verdict: "pass", checks: [] });
  });
});

describe("staleness (health.md §5)", () => {
  interface Row {
    readonly onStale: OnStale;
    readonly stored: StoredState;
    readonly ageMs: number;
    readonly state: State;
    /** What it contributes when critical, and when not. */
    readonly contributes: readonly [Verdict, Verdict];
  }

  it.each<Row>([
    { onStale: "hold", stored: "up", ageMs: STALE, state: "up", contributes: ["pass", "pass"] },
    { onStale: "hold", stored: "up", ageMs: STALE + 1, state: "up", contributes: ["warn", "warn"] },
    { onStale: "hold", stored: "up", ageMs: HELD, state: "up", contributes: ["warn", "warn"] },
    { onStale: "hold", stored: "up", ageMs: HELD + 1, state: "unknown", contributes: ["warn", "warn"] },
    { onStale: "hold", stored: "degraded", ageMs: STALE + 1, state: "degraded", contributes: ["warn", "warn"] },
    { onStale: "hold", stored: "down", ageMs: STALE + 1, state: "down", contributes: ["fail", "warn"] },
    { onStale: "hold", stored: "down", ageMs: HELD, state: "down", contributes: ["fail", "warn"] },
    { onStale: "hold", stored: "down", ageMs: HELD + 1, state: "unknown", contributes: ["warn", "warn"] },
    { onStale: "warn", stored: "up", ageMs: STALE, state: "up", contributes: ["pass", "pass"] },
    { onStale: "warn", stored: "up", ageMs: STALE + 1, state: "unknown", contributes: ["warn", "warn"] },
    { onStale: "warn", stored: "down", ageMs: STALE + 1, state: "unknown", contributes: ["warn", "warn"] },
    { onStale: "fail", stored: "up", ageMs: STALE, state: "up", contributes: ["pass", "pass"] },
    { onStale: "fail", stored: "up", ageMs: STALE + 1, state: "down", contributes: ["fail", "warn"] },
    { onStale: "fail", stored: "up", ageMs: HELD + 1, state: "down", contributes: ["fail", "warn"] },
  ])("$onStale: $stored of $ageMs ms reads $state", ({ onStale, stored, ageMs, state, contributes }) => {
    for (const critical of [true, false]) {
      expect(one({ onStale, critical }, record("db", stored, ageMs))).toMatchObject({
        state,
        contribution: contributes[critical ? 0 : 1],
        freshness: ageMs > STALE ? "stale" : "late",
        code: ageMs > STALE ? "stale" : OUTCOMES[stored].code,
      });
    }
  });

  it("fails an unknown state only where a critical check says so", () => {
    const old = record("db", "up", HELD + 1);
    expect(one({ critical: true, onUnknown: "fail" }, old).contribution).toBe("fail");
    expect(one({ critical: false, onUnknown: "fail" }, old).contribution).toBe("warn");
  });

  it("never takes a record from the future for evidence", () => {
    expect(one({}, record("db", "up", -2_000))).toMatchObject({ freshness: "fresh", ageMs: 0 });
    for (const state of ["up", "degraded", "down"] as const) {
      const evaluation = one({ critical: true }, record("db", state, -2_001));
      expect(evaluation).toMatchObject({ freshness: "stale", state: "unknown", contribution: "warn", ageMs: 0 });
    }
    expect(one({ critical: true, onStale: "fail" }, record("db", "up", -2_001)).contribution).toBe("fail");
  });

  it.each<[OnStale, "warn" | "fail", State, Verdict]>([
    ["hold", "warn", "unknown", "warn"],
    ["hold", "fail", "unknown", "fail"],
    ["warn", "warn", "unknown", "warn"],
    ["fail", "warn", "down", "fail"],
  ])("treats an unreadable record as stale: onStale %s, onUnknown %s", (onStale, onUnknown, state, verdict) => {
    const unreadable = { check: "db", host: null, unreadable: true } as const;
    expect(one({ critical: true, onStale, onUnknown }, unreadable)).toMatchObject({
      state,
      freshness: "stale",
      code: "stale",
      contribution: verdict,
      counted: true,
      runId: null,
    });
    expect(one({ onStale, onUnknown }, unreadable).contribution).toBe("warn");
  });
});

describe("host scope", () => {
  const disk = sampleSpec("disk", { scope: "host", critical: true });
  const on = (host: string, state: StoredState, changes: Partial<CheckRecord> = {}) =>
    record("disk", state, 0, { host, ...changes });

  it("counts its own machine's result, and shows the others", () => {
    const { verdict, checks } = ask(snapshotOf([disk], [on(HOST, "up"), on("host-b", "down")]));
    expect(verdict).toBe("pass");
    expect(checks.map(({ host, state, counted }) => [host, state, counted])).toEqual([
      [HOST, "up", true],
      ["host-b", "down", false],
    ]);
    expect(ask(snapshotOf([disk], [on(HOST, "down"), on("host-b", "up")])).verdict).toBe("fail");
  });

  it("never takes another host's result for its own", () => {
    const { verdict, checks } = ask(snapshotOf([disk], [on("host-b", "up")], [beat(HOST, 0)]));
    expect(verdict).toBe("warn");
    expect(checks.map(({ host, freshness, counted }) => [host, freshness, counted])).toEqual([
      ["host-b", "fresh", false],
      [HOST, "none", true],
    ]);
  });

  it("shows a withdrawn result without counting it", () => {
    const { verdict, checks } = ask(snapshotOf([disk], [on(HOST, "down", { withdrawn: true })], [beat(HOST, 0)]));
    expect(verdict).toBe("pass");
    expect(checks).toHaveLength(1);
    expect(checks[0]).toMatchObject({ state: "down", counted: false });
  });

  it.each([
    [WORKER_ALIVE_MS, 1],
    [WORKER_ALIVE_MS + 1, 0],
  ])("awaits a result while a worker of this machine beat %d ms ago: %d", (ageMs, expected) => {
    expect(ask(snapshotOf([disk], [], [beat(HOST, ageMs)])).checks).toHaveLength(expected);
  });

  it("awaits nothing from a machine without a worker", () => {
    expect(ask(snapshotOf([disk], [], [beat("host-b", 0)])).checks).toEqual([]);
  });

  it("counts an unreadable record of its own machine only", () => {
    const unreadable = (host: string) => ({ check: "disk", host, unreadable: true }) as const;
    expect(ask(snapshotOf([disk], [unreadable(HOST)])).verdict).toBe("warn");
    expect(ask(snapshotOf([disk], [unreadable("host-b")])).verdict).toBe("pass");
  });

  it("does not read a result of the other scope", () => {
    expect(ask(snapshotOf([disk], [record("disk", "down", 0)])).checks).toEqual([]);
    const fleet = ask(snapshotOf([sampleSpec("disk")], [on(HOST, "down")]));
    expect(fleet.checks).toEqual([expect.objectContaining({ host: null, freshness: "none" })]);
  });
});

describe("validUntilMs", () => {
  const untilOf = (changes: Partial<CheckSpec>, stored: CheckRecord) =>
    ask(snapshotOf([sampleSpec("db", changes)], [stored])).validUntilMs - stored.atMs;

  it.each<[string, number, number]>([
    ["from the future", -2_001, -2_000],
    ["fresh", 0, LATE + 1],
    ["at the end of fresh", LATE, LATE + 1],
    ["late", LATE + 1, STALE + 1],
    ["held", STALE + 1, HELD + 1],
    ["unknown", HELD + 1, Number.POSITIVE_INFINITY],
  ])("of a result that is %s", (_name, ageMs, until) => {
    expect(untilOf({}, record("db", "up", ageMs))).toBe(until);
  });

  it("knows of no end of holding where nothing is held", () => {
    expect(untilOf({ onStale: "warn" }, record("db", "up", STALE + 1))).toBe(Number.POSITIVE_INFINITY);
    expect(untilOf({ onStale: "fail" }, record("db", "up", STALE + 1))).toBe(Number.POSITIVE_INFINITY);
  });

  it("is the moment at which a machine whose worker fell silent owes nothing more", () => {
    const disk = sampleSpec("disk", { scope: "host" });
    const beats = [beat(HOST, 9_000), beat(HOST, 2_000), beat("host-b", 0)];
    expect(ask(snapshotOf([disk], [], beats)).validUntilMs).toBe(NOW - 2_000 + WORKER_ALIVE_MS + 1);
  });

  it("is exactly the next moment at which the answer changes", () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const now = ask(snapshot);
        const { validUntilMs } = now;
        if (validUntilMs === Number.POSITIVE_INFINITY) {
          expect(timeless(ask(snapshot, NOW + 10 ** 12))).toEqual(timeless(now));
          return;
        }
        expect(validUntilMs).toBeGreaterThan(NOW);
        expect(timeless(ask(snapshot, validUntilMs - 1))).toEqual(timeless(now));
        expect(timeless(ask(snapshot, NOW + Math.floor((validUntilMs - NOW) / 2)))).toEqual(timeless(now));
        expect(timeless(ask(snapshot, validUntilMs))).not.toEqual(timeless(now));
      }),
      { numRuns: 500 },
    );
  });

  const specs = fc.record({
    everyMs: fc.integer({ min: 1_000, max: 60_000 }),
    timeoutMs: fc.integer({ min: 1, max: 999 }),
    scope: fc.constantFrom("fleet", "host"),
    critical: fc.boolean(),
    onStale: fc.constantFrom("hold", "warn", "fail"),
    onUnknown: fc.constantFrom("warn", "fail"),
    maxHoldMs: fc.integer({ min: 1, max: 100_000 }),
  }) satisfies fc.Arbitrary<Partial<CheckSpec>>;

  const ages = fc.oneof(
    fc.integer({ min: -10_000, max: 300_000 }),
    fc.constantFrom<(spec: CheckSpec) => number>(
      lateAfterMs,
      staleAfterMs,
      (spec) => staleAfterMs(spec) + spec.maxHoldMs,
      () => -2_001,
    ),
  );

  const subject = fc.tuple(
    specs,
    ages,
    fc.constantFrom<StoredState>("up", "degraded", "down"),
    fc.constantFrom("none", "own", "other", "unreadable", "withdrawn"),
  );

  const snapshots = fc
    .tuple(fc.array(subject, { maxLength: 4 }), fc.array(fc.integer({ min: -5_000, max: 30_000 }), { maxLength: 2 }))
    .map(([subjects, beats]) => {
      const checks = subjects.map(([changes, age, state, kind], index) => {
        const spec = sampleSpec(`c${index}`, changes);
        const host = spec.scope === "fleet" ? null : kind === "other" ? "host-b" : HOST;
        const ageMs = typeof age === "number" ? age : age(spec);
        const stored =
          kind === "unreadable"
            ? ({ check: spec.name, host, unreadable: true } as const)
            : record(spec.name, state, ageMs, { host, withdrawn: kind === "withdrawn" });
        return { spec, stored: kind === "none" ? null : stored };
      });
      return snapshotOf(
        checks.map(({ spec }) => spec),
        checks.flatMap(({ stored }) => stored ?? []),
        beats.map((ageMs) => beat(HOST, ageMs)),
      );
    });

  function timeless({ verdict, checks }: ReturnType<typeof evaluate>) {
    return { verdict, checks: checks.map(({ ageMs: _age, ...rest }) => rest) };
  }
});
