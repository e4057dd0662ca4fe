import { type CheckResult, fail, pass } from "@caretaker/health";
import type { JsonAnswer } from "./get-json.js";

interface ModelList {
  /** The property of the body that holds the list, and the one of an entry that holds its name. */
  readonly list: string;
  readonly id: string;
  /** Whether a name in the list is the model asked for; `null` when any list will do. */
  readonly isWanted: ((name: string) => boolean) | null;
}

/** `bad_body` for an answer without a list of models, `not_found` for a list without the one asked for. */
export function judgeModels(answer: JsonAnswer, { list, id, isWanted }: ModelList): CheckResult {
  if (answer.code !== "ok") return fail(answer.code, { measures: answer.measures });
  const names = namesIn(answer.body, list, id);
  if (names === null) return fail("bad_body", { measures: answer.measures });
  const measures = { ...answer.measures, models: { value: names.length, unit: "" } };
  return isWanted === null || names.some(isWanted) ? pass(measures) : fail("not_found", { measures });
}

function namesIn(body: unknown, list: string, id: string): string[] | null {
  const entries = propertyOf(body, list);
  if (!Array.isArray(entries)) return null;
  return entries.map((entry) => propertyOf(entry, id)).filter((name) => typeof name === "string");
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
