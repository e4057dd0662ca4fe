import { type Policy, REASONS, type Reason, type Rule } from "@caretaker/retention";
import { formatDuration, formatSize } from "@caretaker/units";

/** Why a rule decided as it did, for a person; the policy has its figures. */
export function describeRule(rule: Rule, policy: Policy): string {
  if (rule.startsWith("unknown:")) return describeReason(rule.slice("unknown:".length));
  return WORDS[rule as Exclude<Rule, `unknown:${string}`>](policy);
}

function describeReason(reason: string): string {
  const known = Object.hasOwn(REASONS, reason);
  return `not provably ours: ${known ? REASONS[reason as Reason] : "by the target's own rule"}`;
}

const WORDS: Readonly<Record<Exclude<Rule, `unknown:${string}`>, (policy: Policy) => string>> = {
  active: () => "it is not ended, and something in it changed lately",
  held: () => "there is a .hold in it, or its marker holds it",
  restored: () => "it was restored less than 7 days ago",
  keep_last: ({ last }) => `it is among the newest ${last}`,
  keep_within: ({ withinMs }) => `it is no older than ${withinMs === null ? "-" : formatDuration(withinMs)}`,
  keep_daily: ({ daily }) => `it is the newest of its day, of the last ${daily} that have one`,
  keep_weekly: ({ weekly }) => `it is the newest of its week, of the last ${weekly} that have one`,
  keep_monthly: ({ monthly }) => `it is the newest of its month, of the last ${monthly} that have one`,
  within_marks: () => "no mark is passed",
  min_age: ({ minAgeMs }) => `it is younger than ${formatDuration(minAgeMs)}`,
  backing_off: () => "taking it failed; it is left alone for a while",
  unread: () => "no rule could come to delete it, so its marker was not read",
  beyond_keep: () => "no rule keeps it",
  max_bytes: ({ maxBytes }) =>
    `it is the oldest while all take more than ${maxBytes === null ? "-" : formatSize(maxBytes)}`,
  min_free: ({ minFree }) =>
    `it is the oldest while less than ${minFree === null ? "-" : formatSize(minFree.targetBytes)} is free`,
};
