import { type Code, codeOfError, isCode } from "./codes.js";

/** How one run ended, best first. */
export const OUTCOME_STATUSES = ["pass", "warn", "fail"] as const;

/** One of `OUTCOME_STATUSES`. */
export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number];

/** One number a check's author allows to be shown, with its unit (`ms`, `bytes`, `%`, or empty for a count). */
export interface Measure {
  readonly value: number;
  readonly unit: string;
}

/** What a check's `run` may return. `error` is the raw cause: it is logged, redacted, and never published. */
export interface CheckResult {
  readonly status: OutcomeStatus;
  readonly code?: Code;
  readonly measures?: Readonly<Record<string, Measure>>;
  readonly error?: unknown;
}

/** One run's result, as published: the closed code, how long it took, and the whitelisted numbers. */
export interface Outcome {
  readonly status: OutcomeStatus;
  readonly code: Code;
  readonly durationMs: number;
  readonly measures: Readonly<Record<string, Measure>>;
}

/** At most this many measures of one check are published; the rest is dropped. */
export const MAX_MEASURES = 8;

const MEASURE_NAME = /^[a-z][A-Za-z0-9_]{0,31}$/;
const MEASURE_UNIT = /^[A-Za-z%/]{0,16}$/;

/** A healthy run. */
export function pass(measures: CheckResult["measures"] = {}): CheckResult {
  return { status: "pass", code: "ok", measures };
}

/** A run that works but is close to not working. */
export function warn(code: Code = "threshold", measures: CheckResult["measures"] = {}): CheckResult {
  return { status: "warn", code, measures };
}

/** A failed run; `error` is only ever logged. */
export function fail(code: Code, options: Pick<CheckResult, "measures" | "error"> = {}): CheckResult {
  return { status: "fail", code, ...options };
}

/** A failed run whose code is read off the error a driver threw. */
export function failFrom(error: unknown): CheckResult {
  return { status: "fail", code: codeOfError(error), error };
}

/**
 * The outcome of whatever a check returned. `undefined` is a pass, since a check that only awaits
 * something and does not throw has passed; anything that is not a {@link CheckResult} is `fail`/`crashed`.
 */
export function toOutcome(returned: unknown, durationMs: number): Outcome {
  if (returned === undefined) return { status: "pass", code: "ok", durationMs, measures: {} };
  if (!isCheckResult(returned)) return { status: "fail", code: "crashed", durationMs, measures: {} };
  const { status } = returned;
  const fallback = status === "pass" ? "ok" : status === "warn" ? "threshold" : "crashed";
  const code = isCode(returned.code) ? returned.code : fallback;
  return { status, code, durationMs, measures: publishableMeasures(returned.measures) };
}

function isCheckResult(value: unknown): value is CheckResult {
  if (typeof value !== "object" || value === null) return false;
  return OUTCOME_STATUSES.some((status) => status === (value as { status?: unknown }).status);
}

/** Keeps the well-formed measures only, so that no text can leave through a name, a unit or a value. */
export function publishableMeasures(measures: unknown): Readonly<Record<string, Measure>> {
  if (typeof measures !== "object" || measures === null) return {};
  const kept = Object.entries(measures).filter(([name, measure]) => MEASURE_NAME.test(name) && isMeasure(measure));
  return Object.fromEntries(kept.slice(0, MAX_MEASURES).map(([name, { value, unit }]) => [name, { value, unit }]));
}

function isMeasure(value: unknown): value is Measure {
  if (typeof value !== "object" || value === null) return false;
  const { value: number, unit } = value as { value?: unknown; unit?: unknown };
  return typeof number === "number" && Number.isFinite(number) && typeof unit === "string" && MEASURE_UNIT.test(unit);
}
