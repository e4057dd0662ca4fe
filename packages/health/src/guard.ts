import type { CheckEvaluation } from "./evaluate.js";
import type { Verdict } from "./verdict.js";

/**
 * Whose failure it is: `shared`, a fleet-scope result is among the causes, so every instance sees it; `own`, results of
 * this machine alone.
 */
export type FailureCause = "shared" | "own";

/** Whether a failing verdict is held back at this moment, by cause. */
export interface GuardDecision {
  readonly shared: boolean;
  readonly own: boolean;
}

/** Who else would leave the rotation: asked by every failing probe, so it answers from memory. */
export interface Guard {
  decision(): GuardDecision;
}

/** What an instance tells the others of itself: its verdict as it is without the guard. */
export interface GuardSelf {
  readonly isReadyOnce: boolean;
  readonly isFailing: boolean;
}

/** The living instances as counted in the store, this one among them as it had told then. */
export interface FleetCount {
  readonly live: number;
  readonly readyOnce: number;
  /** Of those that have been ready once. */
  readonly failing: number;
  readonly self: GuardSelf;
}

/** What {@link decideGuard} decides from. */
export interface GuardEvidence {
  /** The last count, or `null` before the first. */
  readonly count: FleetCount | null;
  /** How old the count is, in ms. */
  readonly ageMs: number;
  /** The share, above 0 and below 1, of the instances that may leave at once. */
  readonly maxUnavailable: number;
}

/** Below this many living instances there is no telling a fleet's failure from a machine's. */
const GUARD_MIN_INSTANCES = 3;

/** How long an instance counts as alive after its last beat, and how long a count decides anything new. */
export const INSTANCE_ALIVE_MS = 15_000;

/**
 * For how long a count that can no longer be renewed still holds back the failure it was made of: as long as a result
 * is held by default. See {@link decideGuard}.
 */
export const GUARD_HOLD_MS = 300_000;

/** Nothing is held back. */
export const UNGUARDED: GuardDecision = { shared: false, own: false };

/**
 * Whether an instance's failing verdict is one of so many that taking them all out would do more harm (health.md §5.4 of
 * the anchors): at least three alive, and more than `maxUnavailable` of those that have been ready once failing, two of
 * them at least, so that a single bad host always leaves.
 *
 * A shared cause is seen by every instance, so all are counted as failing without waiting for their beats: until those
 * came, a balancer would have emptied the pool.
 *
 * A count older than 15 s decides nothing new, since nobody knows who else is out. What it had already decided stands
 * for up to five minutes: the store that is away is also the one that would tell of a recovery, the evidence itself ages
 * by its own rules meanwhile, and switching the guard off would empty the whole pool at once because Redis is away,
 * which is the outage that it exists to prevent. The price is one bad host serving that much longer.
 */
export function decideGuard({ count, ageMs, maxUnavailable }: GuardEvidence): GuardDecision {
  if (count === null || count.live < GUARD_MIN_INSTANCES || !(ageMs <= GUARD_HOLD_MS)) return UNGUARDED;
  const { self } = count;
  const readyOnce = count.readyOnce + (self.isReadyOnce ? 0 : 1);
  const isTooMany = (failing: number) => failing >= 2 && failing / readyOnce > maxUnavailable;
  if (ageMs > INSTANCE_ALIVE_MS) {
    const stands = self.isReadyOnce && self.isFailing && isTooMany(count.failing);
    return { shared: stands, own: stands };
  }
  const failing = count.failing + (self.isReadyOnce && self.isFailing ? 0 : 1);
  return { shared: isTooMany(readyOnce), own: isTooMany(failing) };
}

/** Whose failure the failing ones among these checks are. */
export function causeOf(checks: readonly Pick<CheckEvaluation, "counted" | "contribution" | "spec">[]): FailureCause {
  const isShared = checks.some(
    ({ counted, contribution, spec }) => counted && contribution === "fail" && spec.scope === "fleet",
  );
  return isShared ? "shared" : "own";
}

/** The verdict to answer with: `warn` instead of a `fail` that is held back. */
export function guardedVerdict(
  verdict: Verdict,
  checks: Parameters<typeof causeOf>[0],
  decision: GuardDecision,
): Verdict {
  return verdict === "fail" && decision[causeOf(checks)] ? "warn" : verdict;
}
