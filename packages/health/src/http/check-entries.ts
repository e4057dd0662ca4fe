import { isCode } from "../codes.js";
import type { CheckEvaluation } from "../evaluate.js";
import { explain } from "../explain.js";
import { type Measure, publishableMeasures } from "../outcome.js";
import { secretStateOf } from "../secret-state.js";
import { describeCode } from "./describe-code.js";

/** One element of the body's `checks`: the health+json fields, and ours under `caretaker`. */
export type CheckEntry = Readonly<Record<string, unknown>>;

/** How much of a check is shown. */
export interface EntryOptions {
  readonly detail: "status" | "full";
  readonly excluded: boolean;
  /** With full detail, the chain that led to the answer. */
  readonly explained?: boolean;
}

/**
 * What one check adds to the body, by key: its state, and with full detail each of its measures. An entry's `status`
 * is what the check contributes, so the worst of them is the verdict. Keys are written in alphabetical order.
 */
export function checkEntries(check: CheckEvaluation, options: EntryOptions): [key: string, entry: CheckEntry][] {
  const key = `${check.name}:state`;
  if (options.detail === "status") return [[key, statusEntry(check, options)]];
  return [[key, stateEntry(check, options)], ...measureEntries(check)];
}

function statusEntry(check: CheckEvaluation, { excluded }: EntryOptions): CheckEntry {
  const caretaker = { code: codeOf(check), ...(excluded ? { excluded } : {}), state: check.state };
  const secret = secretStateOf(check);
  return { caretaker, ...(secret === null ? {} : { observedValue: secret }), status: check.contribution };
}

function stateEntry(check: CheckEvaluation, options: EntryOptions): CheckEntry {
  return {
    caretaker: extrasOf(check, options),
    componentType: check.spec.componentType,
    observedValue: secretStateOf(check) ?? check.state,
    ...(check.contribution === "pass" ? {} : { output: describeCode(check.name, codeOf(check), check.measures) }),
    status: check.contribution,
    ...timeOf(check),
  };
}

function extrasOf(check: CheckEvaluation, { excluded, explained = false }: EntryOptions): CheckEntry {
  return {
    ageMs: check.ageMs,
    code: codeOf(check),
    counted: check.counted,
    critical: check.spec.critical,
    durationMs: check.durationMs,
    ...(excluded ? { excluded } : {}),
    ...(explained ? { explain: explain(check) } : {}),
    freshness: check.freshness,
    host: check.host,
    pending: check.pending,
    runId: check.runId,
    scope: check.spec.scope,
    since: isoTime(check.sinceMs),
    state: check.state,
  };
}

function measureEntries(check: CheckEvaluation): [string, CheckEntry][] {
  const measures = Object.entries(publishableMeasures(check.measures));
  return measures.map(([measure, value]) => [`${check.name}:${measure}`, measureEntry(check, value)]);
}

function measureEntry(check: CheckEvaluation, { value, unit }: Measure): CheckEntry {
  return {
    componentType: check.spec.componentType,
    ...(unit === "" ? {} : { observedUnit: unit }),
    observedValue: value,
    status: check.contribution,
    ...timeOf(check),
  };
}

// What a store hands back is not the compiler's business: an unknown code must not carry text out.
function codeOf({ code }: CheckEvaluation): CheckEvaluation["code"] {
  return isCode(code) ? code : "internal";
}

function timeOf({ atMs }: CheckEvaluation): { time?: string } {
  const time = isoTime(atMs);
  return time === null ? {} : { time };
}

/** `null` for a moment no calendar has: `toISOString` would throw, and one bad record must not fail the probe. */
function isoTime(ms: number | null): string | null {
  if (ms === null) return null;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
