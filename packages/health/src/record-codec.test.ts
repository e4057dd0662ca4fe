import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CODES } from "./codes.js";
import { OUTCOME_STATUSES } from "./outcome.js";
import { decodeRecord, encodeBody, RECORD_VERSION, type RecordBody } from "./record-codec.js";

const KEY = { check: "db", host: "host-a" };
const UNREADABLE = { ...KEY, unreadable: true };

const BODY: RecordBody = {
  state: "up",
  pending: { outcome: "fail", count: 1, of: 3 },
  outcome: { status: "fail", code: "refused", durationMs: 12, measures: { latency: { value: 12, unit: "ms" } } },
  runId: "db.17",
  recent: [{ status: "pass", code: "ok", durationMs: 4, runId: "db.16", atMs: 1_500 }],
  durationsMs: [4, 0.5],
  transitionCount: 7,
};

/** As the store wraps a body with its stamps. */
function stored(changes: Record<string, unknown> = {}, body: unknown = BODY): string {
  return JSON.stringify({ v: RECORD_VERSION, seq: 5, at: 2_000, since: 1_000, body, ...changes });
}

describe("a record", () => {
  it("reads back as it was written", () => {
    const wrapped = `{"v":1,"seq":5,"at":2000,"since":1000,"body":${encodeBody(BODY)}}`;
    expect(decodeRecord(KEY, wrapped)).toEqual({
      ...KEY,
      ...BODY,
      sinceMs: 1_000,
      atMs: 2_000,
      sequence: 5,
      withdrawn: false,
    });
  });

  it("reads back whatever a run can make of it", () => {
    const bodies: fc.Arbitrary<RecordBody> = fc.record({
      state: fc.constantFrom("up", "degraded", "down"),
      pending: fc.option(
        fc.record({
          outcome: fc.constantFrom(...OUTCOME_STATUSES),
          count: fc.integer({ min: 1, max: 99 }),
          of: fc.integer({ min: 2, max: 100 }),
        }),
      ),
      outcome: fc.record({
        status: fc.constantFrom(...OUTCOME_STATUSES),
        code: fc.constantFrom(...CODES),
        durationMs: fc.nat(),
        measures: fc.dictionary(
          fc.stringMatching(/^[a-z][A-Za-z0-9_]{0,31}$/),
          fc.record({
            value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
            unit: fc.constantFrom("ms", "%", ""),
          }),
          { maxKeys: 8, noNullPrototype: true },
        ),
      }),
      runId: fc.stringMatching(/^[a-z0-9.-]{1,128}$/),
      recent: fc.array(
        fc.record({
          status: fc.constantFrom(...OUTCOME_STATUSES),
          code: fc.constantFrom(...CODES),
          durationMs: fc.nat(),
          runId: fc.stringMatching(/^[a-z0-9.-]{1,128}$/),
          atMs: fc.nat(),
        }),
        { maxLength: 4 },
      ),
      durationsMs: fc.array(
        fc.double({ min: 0, max: 1e9, noNaN: true }).map((ms) => ms + 0),
        { maxLength: 29 },
      ),
      transitionCount: fc.nat(),
    });
    fc.assert(
      fc.property(bodies, (body) => {
        expect(decodeRecord(KEY, stored({}, JSON.parse(encodeBody(body))))).toMatchObject(
          JSON.parse(JSON.stringify(body)),
        );
      }),
    );
  });

  it("holds nothing beside its body's seven fields", () => {
    expect(Object.keys(JSON.parse(encodeBody({ ...BODY, secret: "hunter2" } as RecordBody)))).toEqual([
      "state",
      "pending",
      "outcome",
      "runId",
      "recent",
      "durationsMs",
      "transitionCount",
    ]);
  });

  it("is marked when its worker has left", () => {
    expect(decodeRecord(KEY, stored({ withdrawn: true }))).toMatchObject({ withdrawn: true });
    expect(decodeRecord(KEY, stored({ withdrawn: "yes" }))).toMatchObject({ withdrawn: false });
  });

  it("lets no foreign text through: extra fields, long run ids, malformed measures", () => {
    const text = JSON.stringify(
      decodeRecord(
        KEY,
        stored(
          { note: "canary" },
          {
            ...BODY,
            note: "canary",
            pending: { outcome: "fail", count: 1, of: 2, note: "canary" },
            outcome: {
              ...BODY.outcome,
              note: "canary",
              measures: { "the canary": { value: 1, unit: "ms" }, ok: { value: 1, unit: "ms", note: "canary" } },
            },
            runId: "x".repeat(500),
          },
        ),
      ),
    );
    expect(text).not.toContain("canary");
    expect(text).toContain(`"${"x".repeat(128)}"`);
  });
});

describe("the edges of a record", () => {
  it("is read up to 16,384 characters and no further", () => {
    const padded = (length: number) => stored().padEnd(length, " ");
    expect(decodeRecord(KEY, padded(16_384))).toMatchObject({ state: "up" });
    expect(decodeRecord(KEY, padded(16_385))).toEqual(UNREADABLE);
  });

  it("is read with every time and count at zero, and with nothing pending", () => {
    const zero = { outcome: "pass", count: 0, of: 0 };
    const body = { ...BODY, pending: zero, outcome: { ...BODY.outcome, durationMs: 0 } };
    expect(decodeRecord(KEY, stored({ seq: 0, at: 0, since: 0 }, body))).toMatchObject({
      ...{ sequence: 0, atMs: 0, sinceMs: 0 },
      pending: zero,
      outcome: { durationMs: 0 },
    });
    expect(decodeRecord(KEY, stored({}, { ...BODY, pending: null }))).toMatchObject({ pending: null });
  });

  it.each(["up", "degraded", "down"])("is read in the state %s", (state) => {
    expect(decodeRecord(KEY, stored({}, { ...BODY, state }))).toMatchObject({ state });
  });
});

describe("a poisoned record", () => {
  it.each<[string, string]>([
    ["nothing", ""],
    ["random text", "\u0000\ufffd{{{"],
    ["half a record", stored().slice(0, -9)],
    ["a number", "1"],
    ["null", "null"],
    ["an array", `[${stored()}]`],
    ["another version", stored({ v: 2 })],
    ["a version in a text", stored({ v: "1" })],
    ["no version", stored({ v: undefined })],
    ["no body", stored({ body: undefined })],
    ["an array for a body", stored({ body: [] })],
    ["a body in a text", stored({ body: JSON.stringify(BODY) })],
    ["a text for a time", stored({ at: "2000" })],
    ["no time", stored({ at: undefined })],
    ["a negative time", stored({ at: -1 })],
    ["an endless time", stored().replace('"at":2000', '"at":1e999')],
    ["no since", stored({ since: null })],
    ["no sequence", stored({ seq: undefined })],
    ["an unknown state", stored({}, { ...BODY, state: "unknown" })],
    ["an inherited name for a state", stored({}, { ...BODY, state: "constructor" })],
    ["no state", stored({}, { ...BODY, state: undefined })],
    ["no pending", stored({}, { ...BODY, pending: undefined })],
    ["a pending that is a text", stored({}, { ...BODY, pending: "fail" })],
    ["a pending without a count", stored({}, { ...BODY, pending: { outcome: "fail", of: 2 } })],
    ["a pending of an unknown outcome", stored({}, { ...BODY, pending: { outcome: "x", count: 1, of: 2 } })],
    ["a pending without its threshold", stored({}, { ...BODY, pending: { outcome: "fail", count: 1 } })],
    ["a pending that is an array", stored({}, { ...BODY, pending: [] })],
    ["a negative duration", stored({}, { ...BODY, outcome: { ...BODY.outcome, durationMs: -1 } })],
    ["an outcome in an array", stored({}, { ...BODY, outcome: [BODY.outcome] })],
    ["no body but a null", stored({ body: null })],
    ["an unknown status", stored({}, { ...BODY, outcome: { ...BODY.outcome, status: "PASS" } })],
    ["an unknown code", stored({}, { ...BODY, outcome: { ...BODY.outcome, code: "password=hunter2" } })],
    ["an inherited name for a code", stored({}, { ...BODY, outcome: { ...BODY.outcome, code: "toString" } })],
    ["no outcome", stored({}, { ...BODY, outcome: null })],
    ["a text for a duration", stored({}, { ...BODY, outcome: { ...BODY.outcome, durationMs: "12" } })],
    ["a number for a run id", stored({}, { ...BODY, runId: 7 })],
    ["10 MB", stored({ padding: "x".repeat(10_000_000) })],
    ["ten thousand brackets", "[".repeat(10_000) + "]".repeat(10_000)],
  ])("is unreadable: %s", (_name, text) => {
    expect(decodeRecord(KEY, text)).toEqual(UNREADABLE);
  });

  it("cannot reach a prototype", () => {
    const text = `{"__proto__":{"v":1,"polluted":true},"constructor":{"prototype":{"polluted":true}},${stored().slice(1)}`;
    const decoded = decodeRecord(KEY, text.replace('"state":"up"', '"__proto__":{"polluted":true},"state":"up"'));
    expect(decoded).toMatchObject({ state: "up" });
    expect((decoded as unknown as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(decodeRecord(KEY, `{"__proto__":${stored()}}`)).toEqual(UNREADABLE);
  });

  it("never throws, whatever its bytes", () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array).toString("utf8"));
    const cut = fc.nat(stored().length - 1).map((end) => stored().slice(0, end));
    fc.assert(
      fc.property(fc.oneof(bytes, cut, fc.json(), fc.string()), (text) => {
        expect(decodeRecord(KEY, text)).toEqual(UNREADABLE);
      }),
      { numRuns: 500, examples: [["{}"]] },
    );
  });

  it("never throws, whatever value stands in a field", () => {
    const paths = ["v", "seq", "at", "since", "withdrawn", "state", "pending", "outcome", "runId"] as const;
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const isStamp = ["v", "seq", "at", "since", "withdrawn"].includes(path);
        const text = isStamp ? stored({ [path]: value }) : stored({}, { ...BODY, [path]: value });
        expect(decodeRecord(KEY, text)).toMatchObject(KEY);
      }),
      { numRuns: 500 },
    );
  });
});
