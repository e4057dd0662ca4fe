import type { SessionEntry } from "../classified-entry.js";
import type { CleanupPlan, Decision } from "../cleanup-plan.js";
import { MAX_REPORTED_IDS } from "../report.js";
import type { EntryCounts } from "../scan/count-entries.js";
import { createTimeSlices } from "../time-slices.js";
import { PlanDecisions } from "./decision-list.js";

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
  for (const outline of outlinesOf(decisions)) {
    tally.add(outline);
    count += 1;
    if (count % DECISIONS_PER_LOOK === 0) await rest();
  }
  return tally.close();
}

/** What is counted of a decision; its id is made of its bytes only for those that are told. */
interface Outline {
  readonly kind: SessionEntry["kind"] | "unknown";
  readonly isKept: boolean;
  readonly rule: string;
  readonly reason: string;
  readonly bytes: number | null;
  readonly id: () => string;
}

function outlinesOf(decisions: CleanupPlan["decisions"]): Iterable<Outline> {
  return decisions instanceof PlanDecisions ? packedOutlines(decisions) : plainOutlines(decisions);
}

function* plainOutlines(decisions: Iterable<Decision>): Iterable<Outline> {
  for (const { action, rule, entry } of decisions) {
    const { kind, id, bytes } = entry;
    yield {
      kind,
      isKept: action === "keep",
      rule,
      reason: kind === "unknown" ? entry.reason : "",
      bytes,
      id: () => id,
    };
  }
}

function* packedOutlines({ entries, rules, length }: PlanDecisions): Iterable<Outline> {
  const { table } = entries;
  for (let position = 0; position < length; position++) {
    const row = entries.rowAt(position);
    const kind = table.kindOf(row);
    if (kind === "vanished" || kind === "caretaker") continue;
    const [isKept, rule] = [!rules.isDeleting(position), rules.get(position)];
    yield { kind, isKept, rule, reason: table.reasonOf(row), bytes: table.bytesOf(row), id: () => table.nameOf(row) };
  }
}

class OpenPlanTally {
  readonly #counts = { owned: 0, active: 0, held: 0, unread: 0 };
  readonly #unknown = new Map<string, number>();
  readonly #kept: (() => string)[] = [];
  #unknownBytes = 0;
  #keptCount = 0;
  #backingOffCount = 0;

  add({ kind, isKept, rule, reason, bytes, id }: Outline): void {
    if (kind === "unknown") {
      this.#unknown.set(reason, (this.#unknown.get(reason) ?? 0) + 1);
      this.#unknownBytes += bytes ?? 0;
      return;
    }
    this.#counts[kind] += 1;
    if (rule === "backing_off") this.#backingOffCount += 1;
    if (isKept) this.#keep(id);
  }

  #keep(id: () => string): void {
    this.#kept[this.#keptCount % MAX_REPORTED_IDS] = id;
    this.#keptCount += 1;
  }

  #newest(): string[] {
    const first = Math.max(0, this.#keptCount - MAX_REPORTED_IDS);
    return this.#kept.map((_, index) => this.#kept[(first + index) % MAX_REPORTED_IDS]?.() ?? "");
  }

  close(): PlanTally {
    const unknown = Object.fromEntries([...this.#unknown].sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      counts: { ...this.#counts, unknown },
      unknownBytes: this.#unknownBytes,
      kept: this.#newest(),
      keptCount: this.#keptCount,
      backingOffCount: this.#backingOffCount,
    };
  }
}
