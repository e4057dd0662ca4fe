import type { OwnedEntry, SessionEntry } from "../classified-entry.js";
import type { Candidate, Decision, Kept } from "../cleanup-plan.js";
import type { PackedEntries } from "../entries/packed-entries.js";
import type { ReadonlyList } from "../readonly-list.js";
import type { Steps } from "../turns.js";
import type { RuleCodes } from "./rule-codes.js";

/** Decisions made as they are asked for, of those positions or of all of them. */
class DecisionList<Item extends Decision> implements ReadonlyList<Item> {
  readonly length: number;
  readonly #decide: (index: number) => Item | undefined;

  constructor(length: number, decide: (index: number) => Item | undefined) {
    this.length = length;
    this.#decide = decide;
  }

  at(index: number): Item | undefined {
    return this.#decide(index < 0 ? index + this.length : index);
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (let index = 0; index < this.length; index++) {
      const decision = this.#decide(index);
      if (decision !== undefined) yield decision;
    }
  }
}

/** Every decision of a plan: sessions, then what is unknown. What they are made of can be had without making them. */
export class PlanDecisions extends DecisionList<Decision> {
  readonly entries: PackedEntries;
  readonly rules: RuleCodes;

  constructor(entries: PackedEntries, rules: RuleCodes) {
    super(entries.sessionCount + entries.unknownCount, (index) => decisionAt(entries, { rules, index }));
    this.entries = entries;
    this.rules = rules;
  }
}

function decisionAt(
  entries: PackedEntries,
  { rules, index }: { rules: RuleCodes; index: number },
): Decision | undefined {
  const entry = entries.at(index);
  if (index < 0 || entry === undefined || entry.kind === "caretaker") return undefined;
  if (entry.kind === "unknown") return { action: "keep", rule: `unknown:${entry.reason}`, entry };
  return decisionOf(entry, rules.get(index));
}

function decisionOf(entry: SessionEntry, rule: ReturnType<RuleCodes["get"]>): Decision {
  const isDeleting = rule === "beyond_keep" || rule === "max_bytes" || rule === "min_free";
  // Nothing decides to delete what is not owned; were that ever broken, this is the last place to keep it.
  if (isDeleting) return isOwned(entry) ? candidate(entry, rule) : kept(entry, "unread");
  return kept(entry, rule);
}

function isOwned(entry: SessionEntry): entry is OwnedEntry {
  return entry.kind === "owned";
}

function kept(entry: SessionEntry, rule: Kept["rule"]): Kept {
  return { action: "keep", rule, entry };
}

function candidate(entry: OwnedEntry, rule: Candidate["rule"]): Candidate {
  return { action: "delete", rule, entry };
}

const SESSIONS_PER_STEP = 4096;

/** The decisions that delete, oldest first. */
export function* listCandidates(entries: PackedEntries, rules: RuleCodes): Steps<ReadonlyList<Candidate>> {
  const positions: number[] = [];
  for (let position = 0; position < entries.sessionCount; position++) {
    if (rules.isDeleting(position)) positions.push(position);
    if (position % SESSIONS_PER_STEP === 0) yield;
  }
  const packed = Uint32Array.from(positions);
  return new DecisionList(packed.length, (index) => {
    const decision = decisionAt(entries, { rules, index: packed[index] ?? -1 });
    return decision?.action === "delete" ? decision : undefined;
  });
}
