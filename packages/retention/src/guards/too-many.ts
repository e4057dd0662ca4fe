import type { GuardFacts } from "./guard-facts.js";

const ALWAYS_ALLOWED = 10;

/** Refuses a plan that deletes more than the target's share of its sessions, and more than 10: a policy mistyped. */
export function tooMany({ counts, candidateCount, maxDeleteRatio }: GuardFacts): string | null {
  // What was not read is named like a session of ours and is kept: without it, a plan that keeps much would look large.
  const sessions = counts.owned + counts.unread;
  if (candidateCount <= ALWAYS_ALLOWED || candidateCount / sessions <= maxDeleteRatio) return null;
  return `the plan deletes ${candidateCount} of ${sessions} sessions; at most ${maxDeleteRatio * 100} %, or ${ALWAYS_ALLOWED}, are deleted unconfirmed`;
}
