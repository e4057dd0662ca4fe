import { expect, it } from "vitest";
import { secretStateOf } from "./secret-state.js";

it.each([
  ["secret", "fresh", "ok", "configured"],
  ["secret", "late", "ok", "configured"],
  ["secret", "fresh", "not_configured", "missing"],
  ["secret", "fresh", "timeout", null],
  ["secret", "stale", "stale", null],
  ["secret", "stale", "ok", null],
  ["secret", "none", "no_data", null],
  ["secret", "none", "ok", null],
  ["component", "fresh", "ok", null],
  ["system", "fresh", "not_configured", null],
] as const)("a %s check, %s, with code %s tells: %s", (componentType, freshness, code, told) => {
  expect(secretStateOf({ spec: { componentType }, freshness, code })).toBe(told);
});
