import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Inspection, OwnershipRule } from "../ownership.js";
import { makeRoot } from "../test-support.test.fixture.js";
import { inspectSession, isHeld } from "./inspect-session.js";

const OWNED = { status: "owned", ended: true, held: false, markerDigest: "digest", latestMs: 5 } as const;
const FAILED = { status: "unknown", reason: "rule_failed" };

describe("inspectSession", () => {
  it("gives back what the rule says", () => {
    expect(inspect(OWNED)).toEqual(OWNED);
    expect(inspect({ ...OWNED, latestMs: Number.NEGATIVE_INFINITY })).toMatchObject({ status: "owned" });
    expect(inspect({ ...OWNED, held: true })).toEqual({ ...OWNED, held: true });
    expect(inspect({ ...OWNED, markerText: "{}" })).toEqual({ ...OWNED, markerText: "{}" });
    expect(inspect({ status: "unknown", reason: "a" })).toEqual({ status: "unknown", reason: "a" });
    const unknown = { status: "unknown", reason: `a${"_0".repeat(31)}z` } as const;
    expect(inspect(unknown)).toEqual(unknown);
  });

  it("adds the hold that lies in the session, and no answer where that cannot be told", () => {
    const path = makeRoot();
    writeFileSync(join(path, ".hold"), "");
    expect(inspect(OWNED, path)).toEqual({ ...OWNED, held: true });
    expect(inspect(OWNED, circleIn(path))).toEqual({ status: "unknown", reason: "unreadable" });
  });

  it.each<object>([
    ...["", "1x", "A", "a b", "a\n", "-a", "a-b", "a".repeat(65)].map((reason) => ({ status: "unknown", reason })),
    { ...OWNED, status: "mine" },
    { ...OWNED, ended: undefined },
    { ...OWNED, held: "no" },
    { ...OWNED, markerDigest: 5 },
    { ...OWNED, markerText: 5 },
    { ...OWNED, markerText: null },
    { ...OWNED, latestMs: "5" },
    { ...OWNED, latestMs: Number.NaN },
  ])("takes %j for no answer", (answer) => {
    expect(inspect(answer as Inspection)).toEqual(FAILED);
  });

  it("takes a rule that throws for one that failed", () => {
    expect(inspectWith(() => JSON.parse("{"), makeRoot())).toEqual(FAILED);
  });
});

describe("isHeld", () => {
  it("throws what the system says when it cannot tell", () => {
    const path = makeRoot();
    expect(isHeld(path)).toBe(false);
    expect(() => isHeld(circleIn(path))).toThrow("ELOOP");
  });
});

function inspect(answer: Inspection, path = makeRoot()): Inspection {
  return inspectWith(() => answer, path);
}

function inspectWith(rule: OwnershipRule["inspect"], path: string): Inspection {
  const owns = { name: "test", markerName: "marker", parseName: () => null, inspect: rule };
  return inspectSession({ name: "a", parsed: { sessionId: "a", stampMs: 0 }, path }, owns);
}

/** A path that cannot be followed by anybody, root included. */
function circleIn(directory: string): string {
  symlinkSync("circle", join(directory, "circle"));
  return join(directory, "circle");
}
