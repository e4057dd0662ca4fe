import { describe, expect, it } from "vitest";
import type { CheckEvaluation } from "../evaluate.js";
import { type CheckBlock, fitChecks } from "./fit-checks.js";

type Shown = Pick<CheckEvaluation, "name" | "host" | "counted" | "contribution">;

function block(name: string, changes: Partial<Shown> = {}): CheckBlock {
  const check = { name, host: null, counted: true, contribution: "pass", ...changes } as CheckEvaluation;
  return { check, entries: [[`${name}:state`, { host: check.host }]] };
}

/** What a block takes in the body: the key and the entry with `""`, `:`, `[]` and `,`. */
function sizeOf(...blocks: CheckBlock[]): number {
  const { checks } = fitChecks(blocks, Number.POSITIVE_INFINITY);
  return Buffer.byteLength(JSON.stringify(checks)) - "{}".length + ",".length;
}

describe("the checks of a body", () => {
  it("stay to the byte within their size, and the rest is counted", () => {
    const blocks = [block("a"), block("b"), block("c")];
    expect(Object.keys(fitChecks(blocks, sizeOf(...blocks)).checks)).toEqual(["a:state", "b:state", "c:state"]);
    const short = fitChecks(blocks, sizeOf(...blocks) - 1);
    expect(Object.keys(short.checks)).toEqual(["a:state", "b:state"]);
    expect(short.omitted).toBe(1);
    expect(fitChecks(blocks, 0)).toEqual({ checks: {}, omitted: 3 });
    expect(fitChecks([], 0)).toEqual({ checks: {}, omitted: 0 });
  });

  it("are measured in bytes, not in characters", () => {
    const wide = block("ü");
    expect(fitChecks([wide], sizeOf(wide)).omitted).toBe(0);
    expect(fitChecks([wide], sizeOf(wide) - 1).omitted).toBe(1);
  });

  it.each<[string, CheckBlock, CheckBlock]>([
    ["what counts", block("b"), block("a", { counted: false, contribution: "fail" })],
    ["a failure", block("b", { contribution: "fail" }), block("a", { contribution: "warn" })],
    ["a warning", block("b", { contribution: "warn" }), block("a")],
    ["the name that comes first", block("a", { host: "z" }), block("b", { host: "y" })],
  ])("keep %s rather than the other", (_name, kept, left) => {
    for (const blocks of [
      [kept, left],
      [left, kept],
    ]) {
      const { checks, omitted } = fitChecks(blocks, sizeOf(kept));
      expect(Object.keys(checks)).toEqual([`${kept.check.name}:state`]);
      expect(omitted).toBe(1);
    }
  });

  it("list several results of one name by host, those without one first", () => {
    const blocks = [block("a", { host: "B" }), block("a", { host: "A" }), block("a")];
    for (const shuffled of [blocks, blocks.toReversed()]) {
      expect(fitChecks(shuffled, 1_000)).toEqual({
        checks: { "a:state": [{ host: null }, { host: "A" }, { host: "B" }] },
        omitted: 0,
      });
    }
  });

  it("are sorted by key, whatever is worst", () => {
    const blocks = [block("c", { contribution: "fail" }), block("a"), block("b", { contribution: "warn" })];
    expect(Object.keys(fitChecks(blocks, 1_000).checks)).toEqual(["a:state", "b:state", "c:state"]);
  });

  it("are two hundred at most", () => {
    const many = (length: number) => Array.from({ length }, (_, index) => block(`c${index}`));
    expect(fitChecks(many(200), 1_000_000).omitted).toBe(0);
    const { checks, omitted } = fitChecks(many(201), 1_000_000);
    expect(Object.keys(checks)).toHaveLength(200);
    expect(omitted).toBe(1);
  });
});
