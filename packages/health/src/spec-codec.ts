import { type CheckSpec, COMPONENT_TYPES, isCheckName } from "./check.js";

// A spec is some 250 bytes; whatever is larger was not written by us and is not worth parsing.
const MAX_SPEC_CHARS = 4_096;

/** A check's settings as JSON, for the registry. */
export function encodeSpec(spec: CheckSpec): string {
  return JSON.stringify({ v: 1, ...pick(spec) });
}

/** The settings of a check as the registry holds them, or `null` for anything that is not such; never throws. */
export function decodeSpec(text: string): CheckSpec | null {
  if (text.length > MAX_SPEC_CHARS) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isSpec(value) ? pick(value) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function pick(spec: CheckSpec): CheckSpec {
  const { name, everyMs, timeoutMs, scope, critical, failureThreshold, successThreshold } = spec;
  const { onStale, maxHoldMs, onUnknown, componentType } = spec;
  return {
    name,
    everyMs,
    timeoutMs,
    scope,
    critical,
    failureThreshold,
    successThreshold,
    onStale,
    maxHoldMs,
    onUnknown,
    componentType,
  };
}

function isSpec(value: unknown): value is CheckSpec {
  if (typeof value !== "object" || value === null) return false;
  const spec = value as Readonly<Record<string, unknown>>;
  const numbers = ["everyMs", "timeoutMs", "maxHoldMs", "failureThreshold", "successThreshold"];
  return (
    spec["v"] === 1 &&
    isCheckName(spec["name"]) &&
    typeof spec["critical"] === "boolean" &&
    numbers.every((name) => isPositive(spec[name])) &&
    oneOf(spec["scope"], ["fleet", "host"]) &&
    oneOf(spec["onStale"], ["hold", "warn", "fail"]) &&
    oneOf(spec["onUnknown"], ["warn", "fail"]) &&
    oneOf(spec["componentType"], COMPONENT_TYPES)
  );
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

function oneOf(value: unknown, allowed: readonly string[]): boolean {
  return typeof value === "string" && allowed.includes(value);
}
