import { type CheckSpec, lateAfterMs, staleAfterMs } from "@caretaker/health";
import { expect } from "vitest";
import type { ReadyAnswer } from "./probing.ts";

/** What full detail tells of a check on its first machine. */
export function told(answer: ReadyAnswer, check: string) {
  const [shown] = answer.of(check);
  return { ...shown?.caretaker, status: shown?.status, time: shown?.time };
}

/** When evidence of this check is too old to be held. */
export function holdEndsMs(spec: CheckSpec): number {
  return staleAfterMs(spec) + spec.maxHoldMs;
}

/** Holds what is told of a check to the rules of its evidence's age; `last` is its state and code while it was fresh. */
export function expectRulesOfAge(
  answer: ReadyAnswer,
  spec: CheckSpec,
  last: { readonly state: "up" | "down"; readonly code: string },
): void {
  const shown = told(answer, spec.name);
  const ageMs = shown.ageMs ?? Number.NaN;
  const freshness = ageMs > staleAfterMs(spec) ? "stale" : ageMs > lateAfterMs(spec) ? "late" : "fresh";
  expect(shown).toMatchObject({
    freshness,
    code: freshness === "stale" ? "stale" : last.code,
    state: ageMs > holdEndsMs(spec) ? "unknown" : last.state,
  });
}
