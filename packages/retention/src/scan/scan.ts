import type { Scan } from "../classified-entry.js";
import { planRoot } from "../plan/plan-root.js";
import type { RetentionTarget } from "../target.js";

/** What a scan is given. */
export interface ScanOptions {
  /** The time activity is judged by, in ms since the epoch. */
  readonly nowMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Classifies every entry of the target's root, reading every marker; what vanishes meanwhile is not among them.
 *
 * @throws {@link ScanMismatchError} when the codes do not add up to the listing, the signal's reason when aborted, and
 * the system's error when the root cannot be listed.
 */
export async function scan(
  target: Pick<RetentionTarget, "root" | "owns" | "activeForMs">,
  options: ScanOptions,
): Promise<Scan> {
  return (await planRoot({ ...target, policy: NO_POLICY }, { ...options, full: true })).scan;
}

const NO_RULES = { last: null, withinMs: null, daily: null, weekly: null, monthly: null };
const NO_POLICY = { ...NO_RULES, maxBytes: null, minFree: null, minAgeMs: 0 };
