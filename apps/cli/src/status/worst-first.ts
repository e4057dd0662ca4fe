import { VERDICTS } from "@caretaker/health";
import type { CheckStatus } from "./status-report.js";

/** The order in which a person wants to know: what takes an instance out, what warns, the rest as announced. */
export function worstFirst(checks: readonly CheckStatus[]): readonly CheckStatus[] {
  const weight = ({ contribution, counted }: CheckStatus) => (counted ? VERDICTS.indexOf(contribution) : 0);
  return checks.toSorted((a, b) => weight(b) - weight(a));
}
