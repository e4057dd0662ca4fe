import type { CheckSpec } from "../check.js";

/** The settings of a fleet check with the defaults of `defineCheck`, for tests that only care about a few of them. */
export function sampleSpec(name: string, changes: Partial<Omit<CheckSpec, "name">> = {}): CheckSpec {
  return {
    name,
    everyMs: 30_000,
    timeoutMs: 5_000,
    scope: "fleet",
    critical: false,
    failureThreshold: 2,
    successThreshold: 2,
    onStale: "hold",
    maxHoldMs: 300_000,
    onUnknown: "warn",
    componentType: "component",
    ...changes,
  };
}
