import type { PackedEntries } from "../entries/packed-entries.js";
import type { Policy } from "../policy.js";
import type { Steps } from "../turns.js";
import type { PlanFacts } from "./plan-cleanup.js";
import { RuleCodes } from "./rule-codes.js";

/** What can find out more about a row while deciding; a plan that is only made of what is there has none. */
export interface Demand {
  /** Reads every session, whatever the rules need. */
  readonly full: boolean;
  /** Reads the session at this position, so that it is no longer `unread`. */
  read(position: number): Steps<void>;
  /** Measures it, unless it has done so before; what somebody else measured earlier does not count. */
  measure(position: number): Steps<void>;
}

/** What decisions are made by. */
export interface Terms {
  readonly policy: Policy;
  readonly facts: PlanFacts;
  /** What may be written on the file system, what waits in the trash counted in. */
  readonly freeBytes: number;
  readonly demand: Demand | null;
}

/** The sessions of a plan while it is decided, by position: the oldest is 0. */
export class Sheet {
  readonly entries: PackedEntries;
  readonly terms: Terms;
  readonly rules: RuleCodes;

  constructor(entries: PackedEntries, terms: Terms) {
    this.entries = entries;
    this.terms = terms;
    this.rules = new RuleCodes(entries.sessionCount);
  }

  kindAt(position: number) {
    return this.entries.table.kindOf(this.entries.rowAt(position));
  }

  stampMsAt(position: number): number {
    return this.entries.table.stampMsOf(this.entries.rowAt(position));
  }

  /** What is not a session any more, now that it was read, has none; nor has what nobody could measure. */
  bytesAt(position: number): number {
    return this.isSession(position) ? (this.entries.table.bytesOf(this.entries.rowAt(position)) ?? 0) : 0;
  }

  isMeasured(position: number): boolean {
    return this.entries.table.bytesOf(this.entries.rowAt(position)) !== null;
  }

  isSession(position: number): boolean {
    const kind = this.kindAt(position);
    return kind !== "unknown" && kind !== "vanished";
  }

  isPinned(position: number): boolean {
    return this.#isUntil(position, this.terms.facts.pins);
  }

  isBackingOff(position: number): boolean {
    return this.#isUntil(position, this.terms.facts.backOffs);
  }

  // A name is made of its bytes only when there is anything to look up.
  #isUntil(position: number, untilMs: ReadonlyMap<string, number> | undefined): boolean {
    if (untilMs === undefined || untilMs.size === 0) return false;
    const name = this.entries.table.nameOf(this.entries.rowAt(position));
    return this.terms.facts.nowMs < (untilMs.get(name) ?? Number.NEGATIVE_INFINITY);
  }

  isWithin(position: number): boolean {
    const { withinMs } = this.terms.policy;
    return withinMs !== null && this.terms.facts.nowMs - this.stampMsAt(position) <= withinMs;
  }

  /** By its name, and by its marker where that was read. */
  isTooYoung(position: number): boolean {
    const { policy, facts } = this.terms;
    const stampMs = this.stampMsAt(position);
    const latestMs = this.kindAt(position) === "unread" ? stampMs : this.#latestMsAt(position);
    // Written so that a time that is not a number keeps the session.
    return !(facts.nowMs - Math.max(stampMs, latestMs) >= policy.minAgeMs);
  }

  #latestMsAt(position: number): number {
    return this.entries.table.latestMsOf(this.entries.rowAt(position));
  }

  *read(position: number): Steps<void> {
    if (this.kindAt(position) === "unread") yield* this.terms.demand?.read(position) ?? NO_STEPS;
  }

  *measure(position: number): Steps<void> {
    if (this.isSession(position)) yield* this.terms.demand?.measure(position) ?? NO_STEPS;
  }
}

const NO_STEPS: readonly undefined[] = [];
