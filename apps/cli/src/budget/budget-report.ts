import {
  type BalancerProfile,
  type BudgetProblem,
  type CheckDefinition,
  type DetectionBudget,
  detectionBudget,
  lintBudget,
} from "@caretaker/health";

/** One check's budget, with the settings it follows from; times in ms. */
export interface CheckBudget
  extends Pick<
    CheckDefinition,
    "name" | "critical" | "everyMs" | "timeoutMs" | "failureThreshold" | "successThreshold"
  > {
  readonly budget: DetectionBudget;
}

/** How soon each check's change is acted on (docs/detection-budget.md). */
export interface BudgetReport {
  readonly balancer: BalancerProfile | null;
  readonly checks: readonly CheckBudget[];
  /** What cannot work, or will surprise. */
  readonly problems: readonly BudgetProblem[];
}

/** What the budget is held against; times in ms. */
export interface BudgetOptions {
  readonly profile: BalancerProfile | null;
  readonly drainDelayMs: number;
  readonly shutdownTimeoutMs: number;
}

/** The budget of these checks behind this balancer. */
export function budgetReport(checks: readonly CheckDefinition[], options: BudgetOptions): BudgetReport {
  return {
    balancer: options.profile,
    checks: checks.map((check) => toBudget(check, options.profile)),
    problems: lintBudget(checks, options),
  };
}

function toBudget(check: CheckDefinition, profile: BalancerProfile | null): CheckBudget {
  const { name, critical, everyMs, timeoutMs, failureThreshold, successThreshold } = check;
  const budget = detectionBudget(check, profile);
  return { name, critical, everyMs, timeoutMs, failureThreshold, successThreshold, budget };
}
