import type { Decision, Rule } from "@caretaker/retention";

/** Sessions that follow each other by their stamps and about which one rule decided alike. */
export interface PlanSpan {
  readonly action: Decision["action"];
  readonly rule: Rule;
  readonly entries: number;
  readonly bytes: number | null;
  readonly first: { readonly id: string; readonly stampMs: number };
  readonly last: { readonly id: string; readonly stampMs: number };
}

/** A long list's beginning and end. */
export interface Ends<Item> {
  readonly first: readonly Item[];
  /** How many stand between. */
  readonly skipped: number;
  readonly last: readonly Item[];
}

/** A plan's sessions, oldest first, drawn together where one rule decided about many; what is not ours is left out. */
export function* planSpans(decisions: Iterable<Decision>): Iterable<PlanSpan> {
  let open: PlanSpan | null = null;
  for (const decision of decisions) {
    const span = spanOf(decision);
    if (span === null) continue;
    if (open !== null && (open.action !== span.action || open.rule !== span.rule)) {
      yield open;
      open = null;
    }
    open = open === null ? span : joined(open, span);
  }
  if (open !== null) yield open;
}

function spanOf({ action, rule, entry }: Decision): PlanSpan | null {
  if (entry.kind === "unknown") return null;
  const end = { id: entry.id, stampMs: entry.stampMs };
  return { action, rule, entries: 1, bytes: entry.bytes, first: end, last: end };
}

function joined(open: PlanSpan, next: PlanSpan): PlanSpan {
  const bytes = open.bytes === null && next.bytes === null ? null : (open.bytes ?? 0) + (next.bytes ?? 0);
  return { ...open, entries: open.entries + next.entries, bytes, last: next.last };
}

/** The first and the last `count` of what may be many. */
export function endsOf<Item>(items: Iterable<Item>, count: number): Ends<Item> {
  const first: Item[] = [];
  let last: Item[] = [];
  let skipped = 0;
  for (const item of items) {
    if (first.length < count) first.push(item);
    else last.push(item);
    // Dropped many at a time: to shift one after another out of a list costs its length each time.
    if (last.length < 2 * count) continue;
    skipped += count;
    last = last.slice(count);
  }
  const surplus = Math.max(0, last.length - count);
  return { first, skipped: skipped + surplus, last: last.slice(surplus) };
}
