import type { Shortfall } from "../cleanup-plan.js";
import type { Steps } from "../turns.js";
import { protectionOf } from "./apply-keep-rules.js";
import type { SessionRule } from "./rule-codes.js";
import type { Sheet } from "./sheet.js";

const SESSIONS_PER_STEP = 256;

/**
 * Takes the oldest sessions until the marks are met, whatever keeps them but what a mark never breaks: holds, pins,
 * activity, the minimum age, a pause after failures and the newest `last`. What is missing then is the answer.
 */
export function* applyMarks(sheet: Sheet): Steps<readonly Shortfall[]> {
  const { policy, freeBytes } = sheet.terms;
  let sums = yield* addUp(sheet);
  const shortfalls: Shortfall[] = [];
  if (policy.maxBytes !== null) {
    const { maxBytes } = policy;
    // Sizes that were remembered are good enough to keep by; before anything goes by them, all are measured anew.
    if (sums.kept > maxBytes && sheet.terms.demand !== null) {
      yield* lookAtAll(sheet);
      sums = yield* addUp(sheet);
    }
    yield* takeOldest({ sheet, sums, mark: "max_bytes" }, () => sums.kept - maxBytes);
    if (sums.kept > maxBytes) shortfalls.push({ mark: "max_bytes", bytes: sums.kept - maxBytes });
  }
  // Whether a mark is passed is asked of the disk as it is now: what is going to be freed must not hide it.
  if (policy.minFree !== null && freeBytes < policy.minFree.warnBytes) {
    const { targetBytes } = policy.minFree;
    yield* takeOldest({ sheet, sums, mark: "min_free" }, () => targetBytes - freeBytes - sums.freed);
    const bytes = targetBytes - freeBytes - sums.freed;
    if (bytes > 0) shortfalls.push({ mark: "min_free", bytes });
  }
  return shortfalls;
}

interface Sums {
  /** Of the sessions that stay. */
  kept: number;
  /** Of those that go. */
  freed: number;
}

function* addUp(sheet: Sheet): Steps<Sums> {
  const sums = { kept: 0, freed: 0 };
  const { policy } = sheet.terms;
  if (policy.maxBytes === null && policy.minFree === null) return sums;
  for (let position = 0; position < sheet.entries.sessionCount; position++) {
    sums[sheet.rules.isDeleting(position) ? "freed" : "kept"] += sheet.bytesAt(position);
    if (position % SESSIONS_PER_STEP === 0) yield;
  }
  return sums;
}

function* lookAtAll(sheet: Sheet): Steps<void> {
  for (let position = 0; position < sheet.entries.sessionCount; position++) {
    yield* look(sheet, position);
    yield* sheet.measure(position);
    if (position % SESSIONS_PER_STEP === 0) yield;
  }
}

interface Taking {
  readonly sheet: Sheet;
  readonly sums: Sums;
  readonly mark: "max_bytes" | "min_free";
}

function* takeOldest(taking: Taking, lackBytes: () => number): Steps<void> {
  const { sheet, sums, mark } = taking;
  for (let position = 0; position < sheet.entries.sessionCount && lackBytes() > 0; position++) {
    if (position % SESSIONS_PER_STEP === 0) yield;
    if (!(yield* isTakeable(taking, position))) continue;
    sheet.rules.set(position, mark);
    sums.kept -= sheet.bytesAt(position);
    sums.freed += sheet.bytesAt(position);
  }
}

const UNTOUCHABLE: ReadonlySet<SessionRule> = new Set(["active", "held", "restored", "keep_last"]);

function* isTakeable({ sheet, sums }: Taking, position: number): Steps<boolean> {
  if (sheet.rules.isDeleting(position) || UNTOUCHABLE.has(sheet.rules.get(position))) return false;
  if (isProtected(sheet, position)) return false;
  // Reading and measuring may show less or more than the sum was made of.
  sums.kept -= sheet.bytesAt(position);
  yield* look(sheet, position);
  sums.kept += sheet.bytesAt(position);
  // What frees nothing is of no use to a mark, and would be deleted for nothing.
  return sheet.kindAt(position) === "owned" && !isProtected(sheet, position) && sheet.bytesAt(position) > 0;
}

function isProtected(sheet: Sheet, position: number): boolean {
  const protection = protectionOf(sheet, position);
  if (protection === null) return false;
  if (sheet.rules.get(position) === "within_marks") sheet.rules.set(position, protection);
  return true;
}

function* look(sheet: Sheet, position: number): Steps<void> {
  yield* sheet.read(position);
  const kind = sheet.kindAt(position);
  if (kind === "active" || kind === "held") sheet.rules.set(position, kind);
  if (kind === "owned") yield* sheet.measure(position);
}
