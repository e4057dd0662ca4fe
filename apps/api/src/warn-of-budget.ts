import {
  BALANCER_PROFILES,
  type BalancerName,
  type BalancerProfile,
  type LintOptions,
  lintBudget,
} from "@caretaker/health";

interface WarnLog {
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** The profile of a balancer that was named; `null` for none. */
export function profileOf(balancer: BalancerName | "none"): BalancerProfile | null {
  return balancer === "none" ? null : BALANCER_PROFILES[balancer];
}

/** Says once, at start, what about draining will surprise behind this balancer. */
export function warnOfBudget(options: LintOptions, log: WarnLog): void {
  for (const { rule, message } of lintBudget([], options)) log.warn(message, { rule });
}
