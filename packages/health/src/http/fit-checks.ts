import type { CheckEvaluation } from "../evaluate.js";
import { VERDICTS } from "../verdict.js";
import type { CheckEntry } from "./check-entries.js";

/** One check with what it would add to the body. */
export interface CheckBlock {
  readonly check: CheckEvaluation;
  readonly entries: readonly (readonly [key: string, entry: CheckEntry])[];
}

/** At most this many results are listed (health.md §9). */
const MAX_LISTED_CHECKS = 200;

/** The `checks` of a body that stay within a size, and how many results had to be left out: the best go first. */
export function fitChecks(
  blocks: readonly CheckBlock[],
  budgetBytes: number,
): { checks: Readonly<Record<string, readonly CheckEntry[]>>; omitted: number } {
  const kept: CheckBlock[] = [];
  let leftBytes = budgetBytes;
  for (const block of blocks.toSorted(worstFirst)) {
    leftBytes -= sizeBytes(block);
    if (leftBytes < 0 || kept.length === MAX_LISTED_CHECKS) break;
    kept.push(block);
  }
  return { checks: byKey(kept), omitted: blocks.length - kept.length };
}

function worstFirst({ check: a }: CheckBlock, { check: b }: CheckBlock): number {
  return (
    Number(b.counted) - Number(a.counted) ||
    VERDICTS.indexOf(b.contribution) - VERDICTS.indexOf(a.contribution) ||
    compare(a.name, b.name) ||
    compare(a.host ?? "", b.host ?? "")
  );
}

// Not localeCompare: the order must not depend on the machine's language.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sizeBytes({ entries }: CheckBlock): number {
  // `"key":[entry],` with its quotes, colon, brackets and comma.
  return entries.reduce((sum, [key, entry]) => sum + Buffer.byteLength(key + JSON.stringify(entry)) + 6, 0);
}

function byKey(blocks: readonly CheckBlock[]): Record<string, CheckEntry[]> {
  const entries = blocks.flatMap((block) => block.entries).toSorted(([a], [b]) => compare(a, b));
  const checks = new Map<string, CheckEntry[]>();
  for (const [key, entry] of entries) checks.set(key, [...(checks.get(key) ?? []), entry]);
  return Object.fromEntries(checks);
}
