import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckSpec } from "./check.js";
import { decodeSpec, encodeSpec } from "./spec-codec.js";
import { sampleSpec } from "./testing/sample-spec.js";

const SPEC = sampleSpec("db", { critical: true, scope: "host" });

function stored(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({ v: 1, ...SPEC, ...changes });
}

describe("a spec", () => {
  it("reads back as it was written", () => {
    expect(decodeSpec(encodeSpec(SPEC))).toEqual(SPEC);
  });

  it("keeps no foreign field, neither when written nor when read", () => {
    expect(encodeSpec({ ...SPEC, run: () => 1, token: "canary" } as CheckSpec)).not.toContain("canary");
    expect(decodeSpec(stored({ token: "canary" }))).toEqual(SPEC);
  });
});

describe("the edges of a spec", () => {
  it("is read up to 4,096 characters and no further", () => {
    expect(decodeSpec(stored().padEnd(4_096, " "))).toEqual(SPEC);
    expect(decodeSpec(stored().padEnd(4_097, " "))).toBeNull();
  });

  it.each([
    ["scope", ["fleet", "host"]],
    ["onStale", ["hold", "warn", "fail"]],
    ["onUnknown", ["warn", "fail"]],
    ["componentType", ["component", "datastore", "system", "secret"]],
  ])("is read with every %s", (field, values) => {
    for (const value of values) expect(decodeSpec(stored({ [field]: value }))).toEqual({ ...SPEC, [field]: value });
  });

  it("is written with its version", () => {
    expect(JSON.parse(encodeSpec(SPEC))).toEqual({ v: 1, ...SPEC });
  });
});

describe("a poisoned spec", () => {
  it.each<[string, string]>([
    ["nothing", ""],
    ["half a spec", stored().slice(0, -5)],
    ["null", "null"],
    ["an array", "[]"],
    ["another version", stored({ v: 2 })],
    ["no version", stored({ v: undefined })],
    ["a bad name", stored({ name: "Not A Name" })],
    ["a name that no URL could hold", stored({ name: "x".repeat(64) })],
    ["no name", stored({ name: null })],
    ["a text for an interval", stored({ everyMs: "30000" })],
    ["an endless interval", stored().replace('"everyMs":30000', '"everyMs":1e999')],
    ["a zero interval", stored({ everyMs: 0 })],
    ["a negative timeout", stored({ timeoutMs: -1 })],
    ["a zero timeout", stored({ timeoutMs: 0 })],
    ["a zero maxHold", stored({ maxHoldMs: 0 })],
    ["a zero success threshold", stored({ successThreshold: 0 })],
    ["a scope in a list", stored({ scope: ["host"] })],
    ["a number", "7"],
    ["no maxHold", stored({ maxHoldMs: undefined })],
    ["a zero threshold", stored({ failureThreshold: 0 })],
    ["a text for critical", stored({ critical: "false" })],
    ["an unknown scope", stored({ scope: "node" })],
    ["an unknown onStale", stored({ onStale: "pass" })],
    ["an inherited name for onUnknown", stored({ onUnknown: "toString" })],
    ["an unknown component type", stored({ componentType: 1 })],
    ["10 MB", stored({ padding: "x".repeat(10_000_000) })],
  ])("is null: %s", (_name, text) => {
    expect(decodeSpec(text)).toBeNull();
  });

  it("cannot reach a prototype", () => {
    expect(decodeSpec(`{"__proto__":${stored()}}`)).toBeNull();
    expect(decodeSpec(`{"__proto__":{"polluted":true},${stored().slice(1)}`)).toEqual(SPEC);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("never throws, whatever its bytes or the value of a field", () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString("utf8"));
    fc.assert(
      fc.property(fc.oneof(bytes, fc.json(), fc.string()), (text) => {
        expect(decodeSpec(text)).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(SPEC)), fc.jsonValue(), (field, value) => {
        const decoded = decodeSpec(stored({ [field]: value }));
        expect(decoded === null || Object.keys(decoded).length === Object.keys(SPEC).length).toBe(true);
      }),
    );
  });
});
