import type { GuardFacts } from "./guard-facts.js";

const FEWEST_TO_COMPARE = 10;
const LARGEST_FALL_PERCENT = 30;

/** Refuses to go on where far fewer sessions are than the last run left: somebody else, or a lost disk, took them. */
export function populationFell({ counts, lastRun }: GuardFacts): string | null {
  if (lastRun === null || lastRun.owned < FEWEST_TO_COMPARE) return null;
  const population = counts.owned + counts.active + counts.held + counts.unread;
  const fell = lastRun.owned - population;
  if (fell * 100 <= lastRun.owned * LARGEST_FALL_PERCENT) return null;
  return `${population} sessions are left of the ${lastRun.owned} that run ${lastRun.runId} left; a fall by more than ${LARGEST_FALL_PERCENT} % is none of Caretaker's doing`;
}
