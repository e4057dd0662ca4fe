import { createHash } from "node:crypto";
import type { Decision } from "../cleanup-plan.js";
import type { PackedEntries } from "../entries/packed-entries.js";
import type { DecisionPage, RecordedDecision, RecordedDecisions } from "../journal.js";
import { PlanDecisions } from "../plan/decision-list.js";
import type { ReadonlyList } from "../readonly-list.js";

/** A plan's decisions as a journal records them: a page for each day of the sessions' stamps, and one for what has none. */
export function recordedDecisions(decisions: ReadonlyList<Decision>): RecordedDecisions {
  if (!(decisions instanceof PlanDecisions)) return { [Symbol.iterator]: () => recorded(decisions)[Symbol.iterator]() };
  return {
    [Symbol.iterator]: () => recorded(decisions)[Symbol.iterator](),
    pages: () => pagesOf(decisions),
  };
}

function* recorded(decisions: Iterable<Decision>): Iterable<RecordedDecision> {
  for (const { rule, entry } of decisions) {
    yield { id: entry.id, stampMs: entry.kind === "unknown" ? null : entry.stampMs, rule, bytes: entry.bytes };
  }
}

const DAY_MS = 86_400_000;

function* pagesOf(decisions: PlanDecisions): Generator<DecisionPage | undefined> {
  const { entries, length } = decisions;
  for (let from = 0; from < length; ) {
    const day = dayAt(entries, from);
    const digest = new PageDigest(decisions);
    let to = from;
    for (; to < length && dayAt(entries, to) === day; to += 1) {
      digest.add(to);
      if (to % DECISIONS_PER_STEP === 0) yield undefined;
    }
    const range = { from, to };
    yield {
      day,
      digest: digest.close(),
      decisions: { [Symbol.iterator]: () => recorded(slice(decisions, range))[Symbol.iterator]() },
    };
    from = to;
  }
}

const DECISIONS_PER_STEP = 1024;

function dayAt(entries: PackedEntries, position: number): number | null {
  return position < entries.sessionCount ? Math.floor(entries.table.stampMsOf(entries.rowAt(position)) / DAY_MS) : null;
}

function* slice(decisions: PlanDecisions, { from, to }: { from: number; to: number }): Iterable<Decision> {
  for (let index = from; index < to; index += 1) {
    const decision = decisions.at(index);
    if (decision !== undefined) yield decision;
  }
}

// A name of at most 1020 bytes, and what is said of it: stamp, size, rule, the name's length.
const LARGEST_BYTES = 1020 + 8 + 8 + 2 + 2;
const BUFFER_BYTES = 1 << 16;

/** SHA-256 of what a page says, without making its decisions. */
class PageDigest {
  readonly #decisions: PlanDecisions;
  readonly #hash = createHash("sha256");
  readonly #buffer = shared;
  #end = 0;

  constructor(decisions: PlanDecisions) {
    this.#decisions = decisions;
  }

  add(position: number): void {
    if (this.#end + LARGEST_BYTES > BUFFER_BYTES) this.#flush();
    const { entries, rules } = this.#decisions;
    const { table, sessionCount } = entries;
    const row = entries.rowAt(position);
    const length = table.writeName(row, this.#buffer, this.#end + 20);
    this.#buffer.writeDoubleLE(table.stampMsOf(row), this.#end);
    this.#buffer.writeDoubleLE(table.bytesOf(row) ?? Number.NaN, this.#end + 8);
    // Lengths are in it, so that no two different pages give the same bytes.
    this.#buffer.writeUInt16LE(length, this.#end + 16);
    this.#buffer.writeUInt16LE(position < sessionCount ? rules.codeAt(position) : UNKNOWN, this.#end + 18);
    this.#end += 20 + length;
    if (position >= sessionCount) this.#hash.update(`${JSON.stringify(table.reasonOf(row))}\n`);
  }

  #flush(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#end));
    this.#end = 0;
  }

  close(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }
}

const UNKNOWN = 0xffff;
// One for all: a page is closed before the next begins.
const shared = Buffer.alloc(BUFFER_BYTES);
