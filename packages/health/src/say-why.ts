import type { Explanation } from "./explanation.js";
import type { CounterRule } from "./transition.js";

type Chain = Omit<Explanation, "why">;

/** The chain as one sentence a step, from codes and numbers alone: nothing a driver said can get in (health.md §10). */
export function sayWhy(chain: Chain): string[] {
  return [outcomes(chain), counter(chain), state(chain), freshness(chain), contribution(chain), status(chain)];
}

function outcomes({ outcomes }: Chain): string {
  if (outcomes.length === 0) return "No outcome is known.";
  return `Last outcomes, newest first: ${outcomes.map(({ status, code }) => `${status} (${code})`).join(", ")}.`;
}

const RULES: Readonly<Record<CounterRule, string>> = {
  first: "The first outcome ever applies at once.",
  deterministic: "A retry cannot heal this code, so it applies at once.",
  immediate: "A change that is not to or from down applies at once.",
  threshold: "The threshold was reached.",
};

function counter({ counter: { pending, rule, failureThreshold, successThreshold } }: Chain): string {
  const needed = `${failureThreshold} to go down, ${successThreshold} to come back`;
  const count = pending === null ? "No change is pending" : `${pending.count} of ${pending.of} ${pending.outcome}`;
  return `${count} (needed in a row: ${needed}).${rule === null ? "" : ` ${RULES[rule]}`}`;
}

function state({ state: { from, stored, effective } }: Chain): string {
  if (stored === null) return `There is no readable result, so the state is ${effective}.`;
  if (from !== null) return `The state went from ${from} to ${stored}.`;
  return stored === effective ? `The state is ${stored}.` : `The state was ${stored}, and now counts as ${effective}.`;
}

function freshness({ freshness: { is, ageMs, lateAfterMs, staleAfterMs, holdEndsAfterMs } }: Chain): string {
  const hold = holdEndsAfterMs === null ? "" : `, held until ${seconds(holdEndsAfterMs)}`;
  const edges = `late after ${seconds(lateAfterMs)}, stale after ${seconds(staleAfterMs)}${hold}`;
  return ageMs === null ? `There is no evidence to age: ${is} (${edges}).` : `${seconds(ageMs)} old: ${is} (${edges}).`;
}

function contribution({ contribution: { verdict, counted, critical } }: Chain): string {
  const kind = critical ? "critical" : "not critical";
  return counted
    ? `It is ${kind}, so it contributes ${verdict}.`
    : `It is ${kind} and would be ${verdict}, but is not counted here.`;
}

function status({ statusCode }: Chain): string {
  return statusCode === 503 ? "Alone it makes readiness 503." : "Alone it leaves readiness at 200.";
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
