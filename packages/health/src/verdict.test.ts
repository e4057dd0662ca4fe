import { describe, expect, it } from "vitest";
import { VERDICTS, type Verdict, worst } from "./verdict.js";

describe("worst", () => {
  it("is pass for nothing at all", () => {
    expect(worst([])).toBe("pass");
  });

  it.each<[Verdict[], Verdict]>([
    [["pass"], "pass"],
    [["pass", "warn", "pass"], "warn"],
    [["warn", "fail"], "fail"],
    [["fail", "pass"], "fail"],
  ])("of %j is %s", (verdicts, expected) => {
    expect(worst(verdicts)).toBe(expected);
    expect(worst(new Set(verdicts))).toBe(expected);
  });

  it("orders the verdicts best first", () => {
    expect(VERDICTS).toEqual(["pass", "warn", "fail"]);
  });
});
