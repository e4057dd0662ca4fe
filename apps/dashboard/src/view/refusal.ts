import type { RunReport } from "@caretaker/status";

/** A plan that guards have refused, and what to do about it. */
export interface Refusal {
  readonly runId: string;
  /** By this it is confirmed; `null` where there was no plan yet. */
  readonly planId: string | null;
  readonly candidates: number;
  readonly guards: readonly { readonly guard: string; readonly why: string; readonly todo: string }[];
}

/** What the newest run that was not dry leaves to somebody to decide; `null` where no guard refused it. */
export function refusalOf(report: RunReport | undefined): Refusal | null {
  if (report === undefined) return null;
  const { outcome, runId, planId, candidates = 0, guards = [] } = report;
  if (outcome !== "refused" || guards.length === 0) return null;
  return {
    runId,
    planId: planId ?? null,
    candidates,
    guards: guards.map((refusal) => ({
      guard: refusal.guard,
      why: typeof refusal["why"] === "string" ? refusal["why"] : "",
      todo: TODO.get(refusal.guard) ?? "Find out why before you confirm the plan.",
    })),
  };
}

const TODO: ReadonlyMap<string, string> = new Map([
  ["too_many", "Look at a dry run. If the policy means it, confirm the plan; if not, correct the policy."],
  ["population_fell", "Find out who removed the sessions, or whether this is the right disk, before you confirm."],
  ["root_changed", "See that the right disk is mounted at the root. Confirm only a root that was moved on purpose."],
  ["markers_unreadable", "See whether the worker's user may read the files and the disk is well; then run again."],
  ["clock_jumped", "Set the clock of the worker's machine right; then run again."],
]);
