import type { Decision } from "@caretaker/retention";
import { describe, expect, it } from "vitest";
import { endsOf, planSpans } from "./plan-spans.js";

const decision = (rule: string, stampMs: number, bytes: number | null = null) =>
  ({
    action: rule === "beyond_keep" ? "delete" : "keep",
    rule,
    entry: { kind: "owned", id: `s${stampMs}`, stampMs, bytes },
  }) as Decision;

describe("planSpans", () => {
  it("draws together what follows each other and was decided alike, and adds up what was measured", () => {
    const rules = [
      decision("beyond_keep", 1, 5),
      decision("beyond_keep", 2),
      decision("held", 3),
      decision("beyond_keep", 4, 7),
      decision("keep_last", 5),
      decision("keep_last", 6),
    ];
    const spans = [...planSpans(rules)];
    expect(spans.map(({ rule, entries, bytes, first, last }) => [rule, entries, bytes, first.id, last.id])).toEqual([
      ["beyond_keep", 2, 5, "s1", "s2"],
      ["held", 1, null, "s3", "s3"],
      ["beyond_keep", 1, 7, "s4", "s4"],
      ["keep_last", 2, null, "s5", "s6"],
    ]);
  });

  it("leaves out what is not ours, and of nothing makes nothing", () => {
    const unknown = {
      action: "keep",
      rule: "unknown:symlink",
      entry: { kind: "unknown", id: "x", reason: "symlink", bytes: 1 },
    };
    expect([...planSpans([unknown as Decision])]).toEqual([]);
    expect([...planSpans([])]).toEqual([]);
  });
});

describe("endsOf", () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

  it.each([
    [0, [], 0, []],
    [2, [0, 1], 0, []],
    [3, [0, 1], 0, [2]],
    [4, [0, 1], 0, [2, 3]],
    [5, [0, 1], 1, [3, 4]],
    [1_001, [0, 1], 997, [999, 1_000]],
  ])("of %d the first and the last two", (count, first, skipped, last) => {
    expect(endsOf(numbers(count), 2)).toEqual({ first, skipped, last });
  });
});
