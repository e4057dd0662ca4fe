import {
  type CheckContext,
  type CheckDefinition,
  type CheckOptions,
  type CheckResult,
  type Code,
  codeOfError,
  defineCheck,
  fail,
  InvalidCheckError,
} from "@caretaker/health";
import type { Rule } from "./rules.js";

/** The options every ready-made check takes besides its own: those of `defineCheck`, the name having a default. */
export type CommonOptions = Partial<Omit<CheckOptions, "run">>;

interface Declaration {
  /** What this kind of check assumes unless told; the name at least. */
  readonly defaults: CommonOptions & Pick<CheckOptions, "name">;
  /** Everything the caller gave, own and common options together. */
  readonly given: object;
  /** The check's own options and what they may be. */
  readonly rules: Readonly<Record<string, Rule>>;
  /** Problems between options, which no single rule can see. */
  readonly problems?: readonly string[];
  readonly run: (context: CheckContext) => CheckResult | Promise<CheckResult>;
  /** The code of an error this kind of check knows better than `codeOfError` does. */
  readonly codeOf?: (error: unknown) => Code | undefined;
}

// A record, so that the compiler notices an option that health gains or loses.
const COMMON: Readonly<Record<keyof CommonOptions, true>> = {
  name: true,
  every: true,
  timeout: true,
  scope: true,
  critical: true,
  failureThreshold: true,
  successThreshold: true,
  onStale: true,
  maxHold: true,
  onUnknown: true,
  componentType: true,
};

/**
 * A ready-made check: its own options are held against its rules, the common ones against `defineCheck`, and whatever
 * its run throws becomes a `fail` with the error kept aside.
 *
 * @throws {@link InvalidCheckError} naming every option that is wrong and what is allowed.
 */
export function declareCheck({ defaults, given, rules, problems = [], run, codeOf }: Declaration): CheckDefinition {
  const options = withoutUndefined(given);
  const common = Object.fromEntries(Object.entries(options).filter(([key]) => Object.hasOwn(COMMON, key)));
  const label = `check ${JSON.stringify({ ...defaults, ...common }.name)}`;
  const own = [...ruleProblems(options, rules), ...unknownOptions(options, rules), ...problems];
  return defineTogether(
    { ...defaults, ...common, run: failing(run, codeOf) },
    own.map((problem) => `${label}: ${problem}`),
  );
}

function withoutUndefined(given: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function ruleProblems(options: Record<string, unknown>, rules: Declaration["rules"]): string[] {
  return Object.entries(rules).flatMap(([key, rule]) => {
    const value = options[key];
    if (value === undefined ? !rule.required : rule.allows(value)) return [];
    return [`${key} is ${rule.secret ? "not allowed" : shown(value)}; allowed: ${rule.allowed}`];
  });
}

function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "number"
    ? JSON.stringify(value)
    : `a value of type ${typeof value}`;
}

function unknownOptions(options: Record<string, unknown>, rules: Declaration["rules"]): string[] {
  const allowed = [...Object.keys(rules), ...Object.keys(COMMON)];
  const unknown = Object.keys(options).filter((key) => !allowed.includes(key));
  return unknown.map((key) => `unknown option "${key}"; allowed: ${allowed.join(", ")}`);
}

function defineTogether(options: CheckOptions, problems: readonly string[]): CheckDefinition {
  const found = [...problems];
  const definition = collect(found, () => defineCheck(options));
  if (definition === undefined || found.length > 0) throw new InvalidCheckError(found);
  return definition;
}

function collect<T>(problems: string[], define: () => T): T | undefined {
  try {
    return define();
  } catch (error) {
    if (!(error instanceof InvalidCheckError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function failing(run: Declaration["run"], codeOf: Declaration["codeOf"]): CheckOptions["run"] {
  return async (context) => {
    try {
      return await run(context);
    } catch (error) {
      return fail(codeOf?.(error) ?? codeOfError(error), { error });
    }
  };
}
