import { type CheckDefinition, validateCheckSet } from "@caretaker/health";
import { UnknownNameError } from "./errors.js";

/**
 * The named checks in the order of their declaration; all, if none is named.
 *
 * @throws UnknownNameError, or InvalidCheckError where two checks have one name.
 */
export function chooseChecks(checks: readonly CheckDefinition[], names: readonly string[]): readonly CheckDefinition[] {
  validateCheckSet(checks);
  const known = checks.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UnknownNameError("check", unknown, known);
  return names.length === 0 ? checks : checks.filter(({ name }) => names.includes(name));
}
