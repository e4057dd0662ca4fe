import type { RecordedDecision } from "@caretaker/retention";
import type { IndexedSession } from "./session-index.js";

/** What a decision changes in the index: `stored` is what the index held, `decided` what holds now; not both missing. */
export interface Change {
  readonly stored: IndexedSession | undefined;
  readonly decided: RecordedDecision | undefined;
}

/**
 * Walks decisions and index side by side, both in the order of decisions, and tells for every entry of either what it
 * was and what it is.
 *
 * @throws RangeError when the decisions are out of order: their spans would be wrong.
 */
export function* mergeDecisions(
  decisions: Iterable<RecordedDecision>,
  index: Iterable<IndexedSession>,
): Generator<Change> {
  const stored = index[Symbol.iterator]();
  let head = stored.next();
  for (const decided of inOrder(decisions)) {
    while (head.done !== true && compare(head.value, decided) < 0) {
      yield { stored: head.value, decided: undefined };
      head = stored.next();
    }
    const isKnown = head.done !== true && compare(head.value, decided) === 0;
    yield { stored: isKnown ? head.value : undefined, decided };
    if (isKnown) head = stored.next();
  }
  for (; head.done !== true; head = stored.next()) yield { stored: head.value, decided: undefined };
}

type Key = Pick<RecordedDecision, "id" | "stampMs">;

function* inOrder(decisions: Iterable<RecordedDecision>): Generator<RecordedDecision> {
  let previous: RecordedDecision | undefined;
  for (const decision of decisions) {
    const order = previous === undefined ? -1 : compare(previous, decision);
    if (order > 0) {
      throw new RangeError(`decision ${JSON.stringify(decision.id)} comes after ${JSON.stringify(previous?.id)}`);
    }
    // Two names that are not UTF-8 can look the same when they are written out; one line says what there is to say.
    if (order < 0) yield decision;
    previous = decision;
  }
}

function compare(a: Key, b: Key): number {
  if (a.stampMs !== b.stampMs) return a.stampMs === null ? 1 : b.stampMs === null ? -1 : a.stampMs - b.stampMs;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
