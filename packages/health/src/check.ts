import { type Duration, formatDuration, InvalidUnitError, parseDuration } from "@caretaker/units";
import { InvalidCheckError } from "./errors.js";
import type { CheckResult } from "./outcome.js";

/** What a check's `run` is handed. The signal aborts at the check's timeout and when the worker stops. */
export interface CheckContext {
  readonly signal: AbortSignal;
}

/** Who a result is true for: `fleet`, one for everybody; `host`, one per machine. */
export type Scope = "fleet" | "host";

/** What a result that has grown stale counts as (health.md §5). */
export type OnStale = "hold" | "warn" | "fail";

/** What a check looks at: the health+json `componentType`. Of a `secret` only its presence is ever told (health.md §10). */
export const COMPONENT_TYPES = ["component", "datastore", "system", "secret"] as const;

/** One of {@link COMPONENT_TYPES}. */
export type ComponentType = (typeof COMPONENT_TYPES)[number];

/** What a user writes to declare a check; the defaults are those of {@link defineCheck}. */
export interface CheckOptions {
  /** Lower-case letters, digits and dashes, at most 63: it is shown, stored and used in URLs. */
  readonly name: string;
  /** Returns a {@link CheckResult}, or nothing for a pass; a throw is a `fail`. */
  readonly run: (context: CheckContext) => CheckResult | undefined | Promise<CheckResult | undefined> | Promise<void>;
  /** Default `30s`; at least `1s`, at most `24d`. */
  readonly every?: Duration;
  /** Default the smaller of `5s` and half of `every`; always below `every`. */
  readonly timeout?: Duration;
  /** Default `fleet`. */
  readonly scope?: Scope;
  /** Default `false`: only a critical check can turn readiness to 503. */
  readonly critical?: boolean;
  /** Default 2 consecutive failures before `down`. */
  readonly failureThreshold?: number;
  /** Default 2 consecutive successes before leaving `down`. */
  readonly successThreshold?: number;
  /** Default `hold`. */
  readonly onStale?: OnStale;
  /** Default `5m`: how long a held state stands once it is stale. */
  readonly maxHold?: Duration;
  /** Default `warn`: what an unknown state contributes. */
  readonly onUnknown?: "warn" | "fail";
  /** Default `component`: the health+json `componentType` of the check's measures. */
  readonly componentType?: ComponentType;
}

/** A check's settings without its function, as the registry in the store holds them. Times in milliseconds. */
export interface CheckSpec {
  readonly name: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly scope: Scope;
  readonly critical: boolean;
  readonly failureThreshold: number;
  readonly successThreshold: number;
  readonly onStale: OnStale;
  readonly maxHoldMs: number;
  readonly onUnknown: "warn" | "fail";
  readonly componentType: ComponentType;
}

/** A check ready to be scheduled: its settings, validated, and its function. */
export interface CheckDefinition extends CheckSpec {
  readonly run: CheckOptions["run"];
}

/** At most this many checks under one key prefix (health.md §9). */
export const MAX_CHECKS = 200;

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const RESERVED_NAMES: ReadonlySet<string> = new Set(["store"]);
const FLOOR_MS = 1_000;
// A timer of 2^31 ms or more fires at once: a longer interval would run, and time out, without end.
const CEILING_MS = 24 * 86_400_000;
const OPTION_NAMES: ReadonlySet<string> = new Set([
  "name",
  "run",
  "every",
  "timeout",
  "scope",
  "critical",
  "failureThreshold",
  "successThreshold",
  "onStale",
  "maxHold",
  "onUnknown",
  "componentType",
]);

/**
 * Declares a check and fills in the defaults: every 30 s, timeout min(5 s, every/2), fleet scope, not critical,
 * thresholds 2 and 2, stale results held for 5 min.
 *
 * @throws {@link InvalidCheckError} naming every option that is wrong, its value and what is allowed.
 */
export function defineCheck(options: CheckOptions): CheckDefinition {
  const { definition, problems } = declare(options);
  if (definition === null) throw new InvalidCheckError(problems);
  return definition;
}

/**
 * Declares several checks as {@link defineCheck} declares one, and checks them as a set.
 *
 * @throws {@link InvalidCheckError} naming everything that is wrong with any of them, together.
 */
export function defineChecks(all: readonly CheckOptions[]): CheckDefinition[] {
  const declared = all.map(declare);
  const definitions = declared.flatMap(({ definition }) => definition ?? []);
  const problems = [...declared.flatMap((one) => one.problems), ...setProblems(definitions, all.length)];
  if (problems.length > 0) throw new InvalidCheckError(problems);
  return definitions;
}

/**
 * Checks a whole set: at most {@link MAX_CHECKS}, no name twice.
 *
 * @throws {@link InvalidCheckError} naming each duplicate.
 */
export function validateCheckSet(checks: readonly CheckSpec[]): void {
  const problems = setProblems(checks, checks.length);
  if (problems.length > 0) throw new InvalidCheckError(problems);
}

/** Whether a text can name a check. */
export function isCheckName(name: unknown): name is string {
  return typeof name === "string" && NAME.test(name);
}

/** The settings of a check without its function. */
export function toSpec({ run: _run, ...spec }: CheckDefinition): CheckSpec {
  return spec;
}

/** A declaration read: the check, or `null` and everything that is wrong with it. */
function declare(options: CheckOptions): { definition: CheckDefinition | null; problems: string[] } {
  if (typeof options !== "object" || options === null) {
    const kind = options === null ? "null" : typeof options;
    return { definition: null, problems: [`check: the declaration is ${kind}; an object is needed`] };
  }
  const problems: string[] = [];
  const spec = readSpec(options, problems);
  return { definition: problems.length > 0 ? null : { ...spec, run: options.run }, problems };
}

function setProblems(checks: readonly CheckSpec[], count: number): string[] {
  const problems = duplicateNames(checks).map((name) => `check "${name}": the name is used twice; names are unique`);
  if (count > MAX_CHECKS) problems.push(`${count} checks: at most ${MAX_CHECKS} are allowed`);
  return problems;
}

function readSpec(options: CheckOptions, problems: string[]): CheckSpec {
  const label = `check ${JSON.stringify(options.name) ?? "undefined"}`;
  const complain = (problem: string) => problems.push(`${label}: ${problem}`);
  if (!isCheckName(options.name)) complain(`the name must match ${NAME.source}`);
  if (RESERVED_NAMES.has(options.name)) complain("the name is reserved for Caretaker's own check of its store");
  if (typeof options.run !== "function") complain(`run is ${typeof options.run}; a function is needed`);
  for (const key of Object.keys(options)) {
    if (!OPTION_NAMES.has(key)) complain(`unknown option "${key}"; allowed: ${[...OPTION_NAMES].join(", ")}`);
  }
  const everyMs = readDuration("every", options.every ?? "30s", complain);
  const timeoutMs =
    options.timeout === undefined
      ? Math.min(5_000, Math.floor(everyMs / 2))
      : readDuration("timeout", options.timeout, complain);
  if (everyMs < FLOOR_MS) complain(`every is ${options.every}; at least ${formatDuration(FLOOR_MS)} is allowed`);
  if (everyMs > CEILING_MS) complain(`every is ${options.every}; at most ${formatDuration(CEILING_MS)} is allowed`);
  if (timeoutMs >= everyMs)
    complain(`timeout is ${options.timeout}; it must be shorter than every (${options.every ?? "30s"})`);
  return {
    name: options.name,
    everyMs,
    timeoutMs,
    scope: oneOf("scope", options.scope ?? "fleet", ["fleet", "host"], complain),
    critical: flag("critical", options.critical ?? false, complain),
    failureThreshold: count("failureThreshold", options.failureThreshold ?? 2, complain),
    successThreshold: count("successThreshold", options.successThreshold ?? 2, complain),
    onStale: oneOf("onStale", options.onStale ?? "hold", ["hold", "warn", "fail"], complain),
    maxHoldMs: readDuration("maxHold", options.maxHold ?? "5m", complain),
    onUnknown: oneOf("onUnknown", options.onUnknown ?? "warn", ["warn", "fail"], complain),
    componentType: oneOf("componentType", options.componentType ?? "component", COMPONENT_TYPES, complain),
  };
}

type Complain = (problem: string) => void;

function readDuration(option: string, value: Duration, complain: Complain): number {
  try {
    return parseDuration(value);
  } catch (error) {
    if (!(error instanceof InvalidUnitError)) throw error;
    complain(`${option}: ${error.message}`);
    // No comparison holds for it, so that one mistake is reported once.
    return Number.NaN;
  }
}

function oneOf<T extends string>(option: string, value: T, allowed: readonly T[], complain: Complain): T {
  if (!allowed.includes(value)) complain(`${option} is ${JSON.stringify(value)}; allowed: ${allowed.join(", ")}`);
  return value;
}

function flag(option: string, value: boolean, complain: Complain): boolean {
  if (typeof value !== "boolean") complain(`${option} is ${JSON.stringify(value)}; allowed: true, false`);
  return value;
}

function count(option: string, value: number, complain: Complain): number {
  if (!Number.isInteger(value) || value < 1 || value > 100) {
    complain(`${option} is ${JSON.stringify(value)}; a whole number from 1 to 100 is allowed`);
  }
  return value;
}

function duplicateNames(checks: readonly CheckSpec[]): string[] {
  const names = checks.map((check) => check.name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
