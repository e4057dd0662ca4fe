import type { Policy } from "../policy.js";
import type { Steps } from "../turns.js";
import { NewestOfEach } from "./newest-of-each.js";
import type { SessionRule } from "./rule-codes.js";
import type { Sheet } from "./sheet.js";

const SESSIONS_PER_STEP = 256;

/**
 * Decides about every session by the rules that keep, newest first, since some of them count. Reads the markers that
 * these rules turn on, and of what no rule keeps; measures what is going to be deleted, and all when a mark adds it up.
 */
export function* applyKeepRules(sheet: Sheet): Steps<void> {
  const newest = new NewestOfEach(sheet.terms.policy);
  for (let position = sheet.entries.sessionCount - 1; position >= 0; position--) {
    if (mustRead(sheet, { position, newest })) yield* sheet.read(position);
    const rule = ruleOf(sheet, { position, newest });
    sheet.rules.set(position, rule);
    if (mustMeasure(sheet, { position, rule })) yield* sheet.measure(position);
    if (position % SESSIONS_PER_STEP === 0) yield;
  }
}

interface At {
  readonly position: number;
  readonly newest: NewestOfEach;
}

function mustRead(sheet: Sheet, { position, newest }: At): boolean {
  const { demand, policy } = sheet.terms;
  if (demand === null || sheet.kindAt(position) !== "unread") return false;
  // A size that is known is one that was measured of a session that was read.
  const isCounted = policy.maxBytes !== null && !sheet.isMeasured(position);
  return demand.full || isCounted || newest.wants(sheet.stampMsAt(position)) || !isKeptByName(sheet, position);
}

function isKeptByName(sheet: Sheet, position: number): boolean {
  if (!hasKeepRule(sheet.terms.policy) || sheet.isWithin(position) || sheet.isTooYoung(position)) return true;
  return sheet.isPinned(position) || sheet.isBackingOff(position);
}

function hasKeepRule({ last, withinMs, daily, weekly, monthly }: Policy): boolean {
  return [last, withinMs, daily, weekly, monthly].some((rule) => rule !== null);
}

function ruleOf(sheet: Sheet, { position, newest }: At): SessionRule {
  const kind = sheet.kindAt(position);
  if (kind === "active" || kind === "held") return kind;
  // Active and held sessions take no place among the `last`: a hold must not push a session out that the rule promises.
  const counting = kind === "owned" ? newest.take(sheet.stampMsAt(position)) : null;
  if (sheet.isPinned(position)) return "restored";
  if (counting === "keep_last") return counting;
  if (sheet.isWithin(position)) return "keep_within";
  if (counting !== null) return counting;
  if (!hasKeepRule(sheet.terms.policy)) return "within_marks";
  return protectionOf(sheet, position) ?? (kind === "owned" ? "beyond_keep" : "unread");
}

/** What keeps a session that the policy would let go; `null` when nothing does. */
export function protectionOf(sheet: Sheet, position: number): SessionRule | null {
  if (sheet.isTooYoung(position)) return "min_age";
  return sheet.isBackingOff(position) ? "backing_off" : null;
}

function mustMeasure(sheet: Sheet, { position, rule }: { position: number; rule: SessionRule }): boolean {
  return rule === "beyond_keep" || (sheet.terms.policy.maxBytes !== null && !sheet.isMeasured(position));
}
