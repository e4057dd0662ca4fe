import { clockJumped } from "./clock-jumped.js";
import { GUARDS, type Guard, type GuardRefusal } from "./guard.js";
import type { GuardFacts, StandingFacts } from "./guard-facts.js";
import { markersUnreadable } from "./markers-unreadable.js";
import { populationFell } from "./population-fell.js";
import { rootChanged } from "./root-changed.js";
import { tooMany } from "./too-many.js";

/** The guards that refuse a plan, in the order of {@link GUARDS}; none, and it may be applied. Pure. */
export function judgeGuards(facts: GuardFacts): GuardRefusal[] {
  return GUARDS.flatMap((guard) => refusal(guard, JUDGES[guard](facts)));
}

/** Those that refuse already before there is a plan: then not even what waits in the trash may be purged. Pure. */
export function judgeStanding(facts: StandingFacts): GuardRefusal[] {
  return [...refusal("root_changed", rootChanged(facts)), ...refusal("clock_jumped", clockJumped(facts))];
}

const JUDGES: Readonly<Record<Guard, (facts: GuardFacts) => string | null>> = {
  too_many: tooMany,
  population_fell: populationFell,
  root_changed: rootChanged,
  markers_unreadable: markersUnreadable,
  clock_jumped: clockJumped,
};

function refusal(guard: Guard, why: string | null): GuardRefusal[] {
  return why === null ? [] : [{ guard, why }];
}
