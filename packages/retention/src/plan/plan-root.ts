import type { Scan } from "../classified-entry.js";
import type { CleanupPlan } from "../cleanup-plan.js";
import { canUseHandles } from "../directory/can-use-handles.js";
import type { PackedEntries } from "../entries/packed-entries.js";
import { rememberSizes } from "../entries/remember-sizes.js";
import { ScanMismatchError } from "../errors.js";
import type { KnownSize } from "../journal.js";
import { createSessionDemand } from "../read/session-demand.js";
import { createSessionReader } from "../read/session-reader.js";
import type { Safety } from "../safety.js";
import { listRoot } from "../scan/list-root.js";
import type { RetentionTarget } from "../target.js";
import { inTurns, type Steps } from "../turns.js";
import { type PlanFacts, planSteps } from "./plan-cleanup.js";

/** What a plan of a root is made with. */
export interface PlanRootOptions extends PlanFacts {
  /** Reads every marker, whatever the policy needs. */
  readonly full?: boolean | undefined;
  /** What was measured before, in the order of decisions; used to add up, never to delete. */
  readonly knownSizes?: Iterable<KnownSize> | undefined;
  /** Default `handles` where the system has them. */
  readonly safety?: Safety | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A plan, and what it was made of. */
export interface RootPlan {
  readonly plan: CleanupPlan;
  readonly scan: Scan;
}

/**
 * Lists a root and plans what its policy says now, reading only the markers that decide: newest first until the keep
 * rules are full, then those that no rule keeps. Never holds up the process for long, and changes nothing.
 *
 * @throws {@link ScanMismatchError} when the codes do not add up to the listing, the signal's reason when aborted, and
 * the system's error when the root cannot be listed.
 */
export async function planRoot(
  target: Pick<RetentionTarget, "root" | "owns" | "activeForMs" | "policy">,
  options: PlanRootOptions,
): Promise<RootPlan> {
  const { nowMs, full = false, knownSizes = [], signal } = options;
  const safety = options.safety ?? (canUseHandles() ? "handles" : "path");
  const listing = await listRoot(target, { nowMs, ...(signal && { signal }) });
  const { root, entries: listed } = listing;
  const reader = createSessionReader({ root, target, nowMs, safety });
  try {
    await inTurns(rememberSizes(listed, knownSizes), { signal });
    const demand = createSessionDemand(listed, { reader, full });
    const { plan, entries, vanished } = await inTurns(planSteps(listing, target.policy, { ...options, demand }), {
      signal,
    });
    const classified = await inTurns(countClassified(entries));
    if (classified + vanished !== listed.length)
      throw new ScanMismatchError({ listed: listed.length, classified, vanished });
    return { plan, scan: { ...listing, entries } };
  } finally {
    await reader.close();
  }
}

const ENTRIES_PER_STEP = 4096;

// Counted anew, kind by kind, and not taken from a length: the two must agree.
function* countClassified({ table, order }: PackedEntries): Steps<number> {
  let count = 0;
  for (const [index, row] of order.entries()) {
    if (table.kindOf(row) !== "vanished") count += 1;
    if (index % ENTRIES_PER_STEP === 0) yield;
  }
  return count;
}
