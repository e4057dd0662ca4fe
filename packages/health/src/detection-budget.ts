import { type BalancerProfile, removalMs } from "./balancer-profile.js";
import type { CheckSpec } from "./check.js";

/** Between when and when something happens, in ms. */
export interface Span {
  readonly best: number;
  readonly worst: number;
}

/** One stretch of the way from a dependency's change to where it shows. */
export interface BudgetPart {
  /**
   * `wait`, for the next run; `run`, until it has an answer; `recheck`, the further runs of a threshold; `propagation`,
   * until every instance knows; `balancer`, until it has acted on the probe's answers.
   */
  readonly name: "wait" | "run" | "recheck" | "propagation" | "balancer";
  readonly noticeMs: Span;
  readonly recoverMs: Span;
}

/** How long after a dependency's change it is acted on: down, and back up. */
export interface DetectionBudget {
  readonly noticeMs: Span;
  readonly recoverMs: Span;
  readonly parts: readonly BudgetPart[];
}

type Timing = Pick<CheckSpec, "everyMs" | "timeoutMs" | "failureThreshold" | "successThreshold" | "critical">;

/** A lost message is made good by the next reading of the store within this (health.md §4). */
const HEAL_MS = 5_000;

/**
 * From a check's settings and a balancer's profile, the best and the worst case. Without a balancer, and for a check that
 * is not critical and so never takes an instance out, the way ends where `/health/ready` shows the change.
 *
 * It is the way of a failure that a retry could heal; codes that it could not heal skip the re-checks. Not in it: a
 * worker that is dead or too busy to take a tick in time, which the rules of staleness deal with.
 */
export function detectionBudget(spec: Timing, profile: BalancerProfile | null): DetectionBudget {
  const acting = spec.critical ? profile : null;
  const parts: BudgetPart[] = [
    both("wait", { best: 0, worst: spec.everyMs }),
    both("run", { best: 0, worst: spec.timeoutMs }),
    {
      name: "recheck",
      noticeMs: rechecks(spec, spec.failureThreshold),
      recoverMs: rechecks(spec, spec.successThreshold),
    },
    both("propagation", { best: 0, worst: HEAL_MS }),
    ...(acting === null ? [] : [balancer(acting)]),
  ];
  return { noticeMs: sum(parts, "noticeMs"), recoverMs: sum(parts, "recoverMs"), parts };
}

function both(name: BudgetPart["name"], span: Span): BudgetPart {
  return { name, noticeMs: span, recoverMs: span };
}

/** While a change is pending, the next run is due a third of the interval after the last was published (health.md §2). */
function rechecks({ everyMs, timeoutMs }: Timing, threshold: number): Span {
  const recheckMs = Math.floor(everyMs / 3);
  const more = threshold - 1;
  return { best: more * recheckMs, worst: more * (recheckMs + timeoutMs) };
}

function balancer(profile: BalancerProfile): BudgetPart {
  const { intervalMs, timeoutMs, fall, rise } = profile;
  return {
    name: "balancer",
    noticeMs: { best: (fall - 1) * intervalMs, worst: removalMs(profile) },
    recoverMs: { best: (rise - 1) * intervalMs, worst: rise * intervalMs + timeoutMs },
  };
}

function sum(parts: readonly BudgetPart[], way: "noticeMs" | "recoverMs"): Span {
  const total = (end: keyof Span) => parts.reduce((ms, part) => ms + part[way][end], 0);
  return { best: total("best"), worst: total("worst") };
}
