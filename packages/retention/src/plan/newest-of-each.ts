import type { Policy } from "../policy.js";

const DAY_MS = 86_400_000;

/** The rules that keep a number of sessions or of periods, asked newest first. */
export type CountingRule = "keep_last" | "keep_daily" | "keep_weekly" | "keep_monthly";

interface Counter {
  readonly rule: CountingRule;
  readonly limit: number;
  readonly periodOf: (stampMs: number) => number;
  count: number;
  last: number | undefined;
}

/** Counts owned sessions, newest first, into the periods that each keep their newest one, until each rule is full. */
export class NewestOfEach {
  readonly #open: Counter[];

  constructor({ last, daily, weekly, monthly }: Policy) {
    const counters = [
      counterOf("keep_last", last, () => Number.NaN),
      counterOf("keep_daily", daily, dayOf),
      counterOf("keep_weekly", weekly, weekOf),
      counterOf("keep_monthly", monthly, monthOf),
    ];
    this.#open = counters.filter((counter) => counter !== null);
  }

  /** Whether a session of this time, were it owned, would be kept by one of these rules. */
  wants(stampMs: number): boolean {
    return this.#open.some((counter) => isNew(counter, stampMs));
  }

  /** Counts an owned session, no newer than the one before; the first of the rules that keep it, or `null`. */
  take(stampMs: number): CountingRule | null {
    let rule: CountingRule | null = null;
    for (const counter of this.#open) {
      if (!isNew(counter, stampMs)) continue;
      counter.count += 1;
      counter.last = counter.periodOf(stampMs);
      rule ??= counter.rule;
    }
    return rule;
  }
}

function counterOf(rule: CountingRule, limit: number | null, periodOf: Counter["periodOf"]): Counter | null {
  return limit === null ? null : { rule, limit, periodOf, count: 0, last: undefined };
}

// A period that is not a number equals none, not even itself: every session is one of its own, as for `last`.
function isNew({ count, limit, last, periodOf }: Counter, stampMs: number): boolean {
  return count < limit && periodOf(stampMs) !== last;
}

function dayOf(stampMs: number): number {
  return Math.floor(stampMs / DAY_MS);
}

// ISO weeks begin on Monday, and 1 January 1970 was a Thursday.
function weekOf(stampMs: number): number {
  return Math.floor((dayOf(stampMs) + 3) / 7);
}

function monthOf(stampMs: number): number {
  const date = new Date(stampMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
