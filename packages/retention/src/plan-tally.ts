import type { CleanupPlan, Decision } from "./cleanup-plan.js";
import type { EntryCounts } from "./count-entries.js";
import { MAX_REPORTED_IDS } from "./report.js";
import { createTimeSlices } from "./time-slices.js";

/** A plan in numbers, as the guards and the report need them. */
export interface PlanTally {
  /** Without what Caretaker itself keeps in the root, of which a plan does not speak. */
  readonly counts: Omit<EntryCounts, "caretaker">;
  /** Of what was measured of them. */
  readonly unknownBytes: number;
  /** The newest of the sessions kept, oldest first. */
  readonly kept: readonly string[];
  readonly keptCount: number;
  readonly backingOffCount: number;
}

// The clock is asked now and then only: for each of a million decisions, asking would cost more than counting.
const DECISIONS_PER_LOOK = 256;

/** Counts a plan's decisions in one pass that lets other work through. */
export async function tallyPlan({ decisions }: Pick<CleanupPlan, "decisions">): Promise<PlanTally> {
  const tally = new OpenPlanTally();
  const rest = createTimeSlices();
  let count = 0;
  for (const decision of decisions) {
    tally.add(decision);
    count += 1;
    if (count % DECISIONS_PER_LOOK === 0) await rest();
  }
  return tally.close();
}

class OpenPlanTally {
  readonly #counts = { owned: 0, active: 0, held: 0, unread: 0 };
  readonly #unknown = new Map<string, number>();
  readonly #kept: string[] = [];
  #unknownBytes = 0;
  #keptCount = 0;
  #backingOffCount = 0;

  add({ action, rule, entry }: Decision): void {
    if (entry.kind === "unknown") {
      this.#unknown.set(entry.reason, (this.#unknown.get(entry.reason) ?? 0) + 1);
      this.#unknownBytes += entry.bytes ?? 0;
      return;
    }
    this.#counts[entry.kind] += 1;
    if (rule === "backing_off") this.#backingOffCount += 1;
    if (action === "keep") this.#keep(entry.id);
  }

  #keep(id: string): void {
    this.#keptCount += 1;
    this.#kept.push(id);
    if (this.#kept.length > MAX_REPORTED_IDS) this.#kept.shift();
  }

  close(): PlanTally {
    const unknown = Object.fromEntries([...this.#unknown].sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      counts: { ...this.#counts, unknown },
      unknownBytes: this.#unknownBytes,
      kept: this.#kept,
      keptCount: this.#keptCount,
      backingOffCount: this.#backingOffCount,
    };
  }
}
