import { mergeSort } from "../entries/merge-sort.js";
import { PackedEntries } from "../entries/packed-entries.js";
import type { Steps } from "../turns.js";
import { RuleCodes } from "./rule-codes.js";
import type { Sheet } from "./sheet.js";

/** Entries and the rules about their sessions, by the same positions. */
export interface SortedOut {
  readonly entries: PackedEntries;
  readonly rules: RuleCodes;
}

const SESSIONS_PER_STEP = 4096;

/** Puts what turned out to be no session of ours among the unknown, and leaves out what has vanished. */
export function* sortOut({ entries, rules }: Sheet): Steps<SortedOut> {
  const { table, order, sessionCount, unknownCount } = entries;
  const became: number[] = [];
  let stayed = 0;
  for (let position = 0; position < sessionCount; position++) {
    const kind = table.kindOf(entries.rowAt(position));
    if (kind === "unknown") became.push(entries.rowAt(position));
    else if (kind !== "vanished") stayed += 1;
    if (position % SESSIONS_PER_STEP === 0) yield;
  }
  if (stayed === sessionCount) return { entries, rules };
  const sessions = new Uint32Array(stayed);
  const left = new RuleCodes(stayed);
  let to = 0;
  for (let position = 0; position < sessionCount; position++) {
    const kind = table.kindOf(entries.rowAt(position));
    if (kind === "unknown" || kind === "vanished") continue;
    sessions[to] = entries.rowAt(position);
    left.set(to, rules.get(position));
    to += 1;
    if (position % SESSIONS_PER_STEP === 0) yield;
  }
  const rest = order.subarray(sessionCount);
  const unknown = Uint32Array.from([...rest.subarray(0, unknownCount), ...became]);
  const byName = (one: number, other: number) => table.compareNames(one, other);
  const groups = [sessions, yield* mergeSort(unknown, byName), rest.slice(unknownCount)] as const;
  return { entries: new PackedEntries(table, groups), rules: left };
}
