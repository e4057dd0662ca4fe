import { formatDuration } from "@caretaker/units";
import { type BalancerProfile, removalMs } from "./balancer-profile.js";
import type { CheckSpec } from "./check.js";
import { staleAfterMs } from "./freshness.js";

/** A setting that cannot work (`refuse`), or one that works and will surprise (`warn`). */
export interface BudgetProblem {
  readonly level: "refuse" | "warn";
  readonly rule: "timeout" | "drain" | "shutdown" | "blind" | "profile";
  /** `null` where it is about the whole instance. */
  readonly check: string | null;
  readonly message: string;
}

/** What the checks are held against. */
export interface LintOptions {
  readonly drainDelayMs: number;
  /** How long the whole of stopping may take, the drain delay included. */
  readonly shutdownTimeoutMs: number;
  readonly profile: BalancerProfile | null;
}

/** Longer than this nobody should believe a critical check of which nothing was heard. */
const BLIND_MS = 15 * 60_000;

/** What is wrong, or surprising, about these checks behind this balancer. */
export function lintBudget(specs: Iterable<CheckSpec>, options: LintOptions): BudgetProblem[] {
  const { drainDelayMs, profile } = options;
  const ofBalancer = profile === null ? [] : [...profileProblems(profile), ...drainProblems(drainDelayMs, profile)];
  return [...shutdownProblems(options), ...ofBalancer, ...[...specs].flatMap(checkProblems)];
}

function shutdownProblems({ drainDelayMs, shutdownTimeoutMs }: LintOptions): BudgetProblem[] {
  if (drainDelayMs < shutdownTimeoutMs) return [];
  const message = `draining takes ${show(drainDelayMs)}, but stopping may take only ${show(shutdownTimeoutMs)} in all: the requests under way then are cut off`;
  return [{ level: "warn", rule: "shutdown", check: null, message }];
}

function profileProblems({ name, intervalMs, timeoutMs }: BalancerProfile): BudgetProblem[] {
  if (timeoutMs <= intervalMs) return [];
  const message = `${name}: a probe's timeout of ${show(timeoutMs)} is longer than its interval of ${show(intervalMs)}`;
  return [{ level: "refuse", rule: "profile", check: null, message }];
}

function drainProblems(drainDelayMs: number, profile: BalancerProfile): BudgetProblem[] {
  const neededMs = removalMs(profile);
  if (drainDelayMs >= neededMs) return [];
  const message = `draining takes ${show(drainDelayMs)}, but ${profile.name} may send traffic for ${show(neededMs)} after readiness turned 503: requests will be refused`;
  return [{ level: "warn", rule: "drain", check: null, message }];
}

function checkProblems(spec: CheckSpec): BudgetProblem[] {
  const { name, everyMs, timeoutMs, critical } = spec;
  const problems: BudgetProblem[] = [];
  // `defineCheck` refuses it already; the registry may hold what another version wrote.
  if (timeoutMs >= everyMs) {
    const message = `check "${name}": the timeout of ${show(timeoutMs)} must be shorter than every (${show(everyMs)})`;
    problems.push({ level: "refuse", rule: "timeout", check: name, message });
  }
  if (critical && staleAfterMs(spec) > BLIND_MS) {
    const message = `check "${name}": should its worker die, its last result counts as evidence for ${show(staleAfterMs(spec))}; run it more often, or not as critical`;
    problems.push({ level: "warn", rule: "blind", check: name, message });
  }
  return problems;
}

function show(ms: number): string {
  return ms === 0 ? "0s" : formatDuration(ms);
}
