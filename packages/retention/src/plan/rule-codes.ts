import type { Rule } from "../rule.js";

/** The rules in the order in which they are asked, as the codes of a column; unknown entries have their reason instead. */
const RULES = [
  "unread",
  "active",
  "held",
  "restored",
  "keep_last",
  "keep_within",
  "keep_daily",
  "keep_weekly",
  "keep_monthly",
  "within_marks",
  "min_age",
  "backing_off",
  "beyond_keep",
  "max_bytes",
  "min_free",
] as const satisfies readonly Rule[];

/** A rule about sessions. */
export type SessionRule = (typeof RULES)[number];

const CODES = new Map<SessionRule, number>(RULES.map((rule, code) => [rule, code]));
const FIRST_DELETING = RULES.indexOf("beyond_keep");

/** What decided about each session, by its position: one byte each. */
export class RuleCodes {
  readonly #codes: Uint8Array;

  constructor(length: number) {
    this.#codes = new Uint8Array(length);
  }

  get(position: number): SessionRule {
    return RULES[this.#codes[position] ?? 0] ?? "unread";
  }

  /** A number for it. */
  codeAt(position: number): number {
    return this.#codes[position] ?? 0;
  }

  set(position: number, rule: SessionRule): void {
    this.#codes[position] = CODES.get(rule) ?? 0;
  }

  isDeleting(position: number): boolean {
    return (this.#codes[position] ?? 0) >= FIRST_DELETING;
  }
}
