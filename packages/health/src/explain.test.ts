import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { evaluate } from "./evaluate.js";
import { explain, explainTransition } from "./explain.js";
import type { Explanation } from "./explanation.js";
import { EMPTY_SNAPSHOT, type Snapshot } from "./snapshot.js";
import { sampleRecord } from "./testing/sample-record.js";
import { sampleSpec } from "./testing/sample-spec.js";

const schema = JSON.parse(readFileSync(new URL("../schema/readiness.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true })
  .addSchema(schema, "readiness")
  .compile({ $ref: "readiness#/$defs/explanation" });

function valid(explanation: Explanation): Explanation {
  expect(validate(explanation), JSON.stringify(validate.errors)).toBe(true);
  return explanation;
}

const NOW = 1_000_000_000_000;
const STALE = 70_000;
const HELD = STALE + 300_000;
const DOWN = { status: "fail", code: "refused", durationMs: 3, measures: {} } as const;
const SPEC = sampleSpec("db", { critical: true });

function explained(ageMs: number, spec = SPEC, host: string | null = null): Explanation {
  const record = sampleRecord("db", { host, state: "down", outcome: DOWN, atMs: NOW - ageMs, sinceMs: NOW - ageMs });
  const snapshot: Snapshot = { ...EMPTY_SNAPSHOT, specs: new Map([[spec.name, spec]]), records: [record] };
  const [check] = evaluate(snapshot, { nowMs: NOW, hostId: "host-a" }).checks;
  if (check === undefined) throw new Error("nothing was evaluated");
  return valid(explain(check));
}

describe("why now", () => {
  it("goes from the outcomes to the status code", () => {
    expect(explained(0)).toEqual({
      check: "db",
      host: null,
      transition: null,
      outcomes: [{ status: "fail", code: "refused", durationMs: 3, runId: "run-of-db", atMs: NOW }],
      counter: { pending: null, rule: null, failureThreshold: 2, successThreshold: 2 },
      state: { from: null, stored: "down", sinceMs: NOW, effective: "down" },
      freshness: { is: "fresh", ageMs: 0, lateAfterMs: 40_000, staleAfterMs: STALE, holdEndsAfterMs: HELD },
      contribution: { verdict: "fail", counted: true, critical: true },
      statusCode: 503,
      why: [
        "Last outcomes, newest first: fail (refused).",
        "No change is pending (needed in a row: 2 to go down, 2 to come back).",
        "The state is down.",
        "0 s old: fresh (late after 40 s, stale after 70 s, held until 370 s).",
        "It is critical, so it contributes fail.",
        "Alone it makes readiness 503.",
      ],
    });
  });

  it.each([
    [40_000, "fresh", "down", 503],
    [40_001, "late", "down", 503],
    [STALE, "late", "down", 503],
    [STALE + 1, "stale", "down", 503],
    [HELD, "stale", "down", 503],
    [HELD + 1, "stale", "unknown", 200],
  ])("%d ms after the last result: %s, %s, %d", (ageMs, is, effective, statusCode) => {
    expect(explained(ageMs)).toMatchObject({ freshness: { is }, state: { stored: "down", effective }, statusCode });
  });

  it("says that a result of another machine is not counted", () => {
    const elsewhere = explained(0, sampleSpec("db", { critical: true, scope: "host" }), "host-b");
    expect(elsewhere).toMatchObject({ contribution: { counted: false, verdict: "fail" }, statusCode: 200 });
    expect(elsewhere.why).toContain("It is critical and would be fail, but is not counted here.");
  });

  it("has an answer without evidence too", () => {
    const snapshot: Snapshot = { ...EMPTY_SNAPSHOT, specs: new Map([["db", SPEC]]) };
    const [check] = evaluate(snapshot, { nowMs: NOW, hostId: "host-a" }).checks;
    expect(check && explain(check)).toMatchObject({
      outcomes: [],
      state: { stored: null, effective: "unknown" },
      freshness: { is: "none", ageMs: null },
      statusCode: 200,
    });
  });
});

describe("why then", () => {
  const cause = { status: "fail", durationMs: 9, counter: { outcome: "fail", count: 2, of: 2 }, before: [] } as const;
  const entry = { id: "17-0", check: "db", host: null, from: "up", to: "down", code: "dns", runId: "db.2" } as const;

  it("goes from the count to the status code", () => {
    const why = valid(explainTransition({ ...entry, atMs: NOW, cause }, SPEC, true));
    expect(why).toMatchObject({
      transition: "17-0",
      outcomes: [{ status: "fail", code: "dns", durationMs: 9, runId: "db.2", atMs: NOW }],
      counter: { pending: { count: 2, of: 2 }, rule: "threshold" },
      state: { from: "up", stored: "down", sinceMs: NOW },
      statusCode: 503,
    });
    expect(why.why).toContain("The state went from up to down.");
  });

  it("goes back over the outcomes before it, with today's settings", () => {
    const before = [{ status: "fail", code: "refused", durationMs: 4, runId: "db.1", atMs: NOW - 30_000 }] as const;
    const spec = sampleSpec("db", { failureThreshold: 3, onStale: "warn" });
    expect(valid(explainTransition({ ...entry, atMs: NOW, cause: { ...cause, before } }, spec, true))).toMatchObject({
      check: "db",
      host: null,
      outcomes: [{ runId: "db.2" }, ...before],
      counter: { pending: cause.counter, rule: "threshold", failureThreshold: 3, successThreshold: 2 },
      state: { from: "up", stored: "down", sinceMs: NOW, effective: "down" },
      freshness: { is: "fresh", ageMs: 0, lateAfterMs: 40_000, staleAfterMs: STALE, holdEndsAfterMs: null },
      contribution: { verdict: "warn", counted: true, critical: false },
      statusCode: 200,
    });
  });

  it("asks for 503 only where a failure is this machine's to count", () => {
    const back = { ...entry, from: "down", to: "up", atMs: NOW, cause } as const;
    expect(explainTransition(back, SPEC, true).statusCode).toBe(200);
    expect(explainTransition({ ...entry, atMs: NOW, cause }, SPEC, false).statusCode).toBe(200);
    expect(explainTransition({ ...entry, atMs: NOW, cause }, SPEC, true).statusCode).toBe(503);
  });

  it("tells what it can of an entry without a cause, and counts no other machine's", () => {
    expect(valid(explainTransition({ ...entry, atMs: NOW, cause: null }, SPEC, false))).toMatchObject({
      outcomes: [],
      counter: { pending: null, rule: "threshold" },
      statusCode: 200,
    });
  });
});
