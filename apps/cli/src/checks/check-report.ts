import type { Code, Measure, OutcomeStatus, Scope, Verdict } from "@caretaker/health";
import { judgeChecks } from "./judge-checks.js";
import type { FinishedCheck } from "./run-checks.js";

/** One check's run as it is told: names, codes and numbers, never what a driver said. */
export interface CheckLine {
  readonly name: string;
  readonly outcome: OutcomeStatus;
  readonly code: Code;
  readonly durationMs: number;
  readonly timeoutMs: number;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly scope: Scope;
  readonly critical: boolean;
  /** What it adds to the verdict. */
  readonly contribution: Verdict;
}

/** What `caretaker check` came to. */
export interface CheckReport {
  readonly verdict: Verdict;
  /** In the order of their declaration. */
  readonly checks: readonly CheckLine[];
}

/** The report of these runs. */
export function checkReport(finished: readonly FinishedCheck[], hostId: string): CheckReport {
  const { verdict, checks } = judgeChecks(finished, hostId);
  const lines = finished.flatMap(({ check, run: { outcome } }) => {
    const judged = checks.find(({ name }) => name === check.name);
    if (judged === undefined) return [];
    const { name, scope, critical, timeoutMs } = check;
    const { status, code, durationMs } = outcome;
    // The evaluation's measures: it leaves out those of a secret, which could be derived from its value.
    const { measures, contribution } = judged;
    return { name, outcome: status, code, durationMs, timeoutMs, measures, scope, critical, contribution };
  });
  return { verdict, checks: lines };
}
