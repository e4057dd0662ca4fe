import { type CheckDefinition, fail, pass } from "@caretaker/health";
import { abortable } from "./abortable.js";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import type { Rule } from "./rules.js";

/** Where a secret is: the name of an environment variable, or a function that gets it. */
export type SecretSource = string | (() => string | undefined | Promise<string | undefined>);

const SOURCE: Rule = {
  allowed: "the name of an environment variable, or a function that returns the secret",
  allows: (value) => typeof value === "function" || (typeof value === "string" && /^[A-Za-z_]\w*$/.test(value)),
  required: true,
  // Somebody will pass the secret itself.
  secret: true,
};

/**
 * A secret is there: `pass`, or `fail`/`not_configured` when it is missing or blank. Nothing else is derived from it,
 * not even its length. Named after the variable, host scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function secret(source: SecretSource, options: CommonOptions = {}): CheckDefinition {
  return declareCheck({
    defaults: { name: nameOf(source), scope: "host", componentType: "secret" },
    given: { source, ...options },
    rules: { source: SOURCE },
    run: async ({ signal }) => {
      const value: unknown = await abortable(read(source), signal);
      return typeof value === "string" && value.trim() !== "" ? pass() : fail("not_configured");
    },
  });
}

async function read(source: SecretSource): Promise<string | undefined> {
  return typeof source === "function" ? await source() : process.env[source];
}

function nameOf(source: SecretSource): string {
  return SOURCE.allows(source) && typeof source === "string" ? source.toLowerCase().replaceAll("_", "-") : "secret";
}
