import type { Candidate, CleanupPlan } from "../cleanup-plan.js";
import { MAX_REPORTED_IDS } from "../report.js";

/** Sessions a plan deletes, in numbers. */
export interface PlannedDeletions {
  readonly count: number;
  /** Of those that were measured. */
  readonly bytes: number;
  /** The first 20 of them, oldest first. */
  readonly ids: readonly string[];
}

/** What another policy would delete now. */
export interface PlanDifference {
  readonly now: PlannedDeletions;
  readonly changed: PlannedDeletions;
  /** Deleted by the changed policy only. */
  readonly more: PlannedDeletions;
  /** Deleted by the policy of now only. */
  readonly fewer: PlannedDeletions;
}

/** Holds the plan of a changed policy against the plan of now, both of the same root. Pure; neither deletes anything. */
export function comparePlans(
  now: Pick<CleanupPlan, "candidates">,
  changed: Pick<CleanupPlan, "candidates">,
): PlanDifference {
  const difference = { now: noDeletions(), changed: noDeletions(), more: noDeletions(), fewer: noDeletions() };
  for (const [before, after] of pairs(now.candidates, changed.candidates)) {
    if (before !== undefined) add(difference.now, before);
    if (after !== undefined) add(difference.changed, after);
    if (before === undefined && after !== undefined) add(difference.more, after);
    if (after === undefined && before !== undefined) add(difference.fewer, before);
  }
  return difference;
}

interface Counted {
  count: number;
  bytes: number;
  readonly ids: string[];
}

function noDeletions(): Counted {
  return { count: 0, bytes: 0, ids: [] };
}

function add(counted: Counted, { entry }: Candidate): void {
  counted.count += 1;
  counted.bytes += entry.bytes ?? 0;
  if (counted.count <= MAX_REPORTED_IDS) counted.ids.push(entry.id);
}

/** Both lists side by side: they are in the same order, so that neither has to stand in memory. */
function* pairs(
  one: Iterable<Candidate>,
  other: Iterable<Candidate>,
): Generator<readonly [Candidate | undefined, Candidate | undefined]> {
  const [left, right] = [one[Symbol.iterator](), other[Symbol.iterator]()];
  let [a, b] = [nextOf(left), nextOf(right)];
  while (a !== undefined || b !== undefined) {
    const order = a === undefined ? 1 : b === undefined ? -1 : compare(a, b);
    yield [order <= 0 ? a : undefined, order >= 0 ? b : undefined];
    if (order <= 0) a = nextOf(left);
    if (order >= 0) b = nextOf(right);
  }
}

function nextOf(candidates: Iterator<Candidate>): Candidate | undefined {
  const next = candidates.next();
  return next.done === true ? undefined : next.value;
}

function compare({ entry: a }: Candidate, { entry: b }: Candidate): number {
  if (a.stampMs !== b.stampMs) return a.stampMs - b.stampMs;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
