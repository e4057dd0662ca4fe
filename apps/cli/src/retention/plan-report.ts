import type {
  CleanupPlan,
  CleanupReport,
  Decision,
  GrowthForecast,
  GuardRefusal,
  RetentionTarget,
  Shortfall,
} from "@caretaker/retention";
import type { MadePlan } from "./run-target.js";
import { type RuleTally, tallyRules } from "./tally-rules.js";

/** What a run would do, in numbers; the entries themselves follow as `decisions`. */
export interface PlanReport extends Pick<CleanupReport, "owned" | "active" | "held" | "unread" | "unknown" | "disk"> {
  readonly target: string;
  readonly planId: string;
  readonly root: string;
  /** In ms since the epoch. */
  readonly atMs: number;
  /** The run that the journal knows it by. */
  readonly runId: string;
  readonly policy: CleanupPlan["policy"];
  readonly keep: number;
  readonly delete: number;
  readonly rules: readonly RuleTally[];
  readonly unknownBytes: number;
  readonly inTrash: CleanupReport["inTrash"];
  readonly shortfalls: readonly Shortfall[];
  /** The guards that would refuse it. */
  readonly guards: readonly GuardRefusal[];
  /** When the disk and the sessions reach their marks; `null` where the journal knows too little to tell. */
  readonly forecast: GrowthForecast | null;
  /** How long the sessions would wait in the trash, in ms; `null`: not at all. */
  readonly keepTrashMs: number | null;
}

/** A plan in numbers. */
export function planReport(
  { plan, report }: MadePlan,
  { name, keepTrashMs }: Pick<RetentionTarget, "name" | "keepTrashMs">,
): PlanReport {
  const { owned, active, held, unread, unknown, unknownBytes, disk, inTrash, guards, runId } = report;
  return {
    target: name,
    planId: plan.id,
    root: plan.root.path,
    atMs: report.startedAtMs,
    runId,
    policy: plan.policy,
    keep: plan.decisions.length - plan.candidates.length,
    delete: plan.candidates.length,
    rules: tallyRules(plan.decisions),
    ...{ owned, active, held, unread, unknown, unknownBytes, disk, inTrash },
    shortfalls: plan.shortfalls,
    guards,
    forecast: null,
    keepTrashMs,
  };
}

/** One decision as `--json` has it. */
export interface DecisionLine {
  readonly action: Decision["action"];
  readonly rule: Decision["rule"];
  readonly session: string;
  /** The time in the name, read as UTC, in ms since the epoch; `null` for what is not named like a session. */
  readonly stampMs: number | null;
  readonly bytes: number | null;
}

/** The decisions one after another, so that a million never stand in memory. */
export function* decisionLines(decisions: Iterable<Decision>): Iterable<DecisionLine> {
  for (const { action, rule, entry } of decisions) {
    const stampMs = entry.kind === "unknown" ? null : entry.stampMs;
    yield { action, rule, session: entry.id, stampMs, bytes: entry.bytes };
  }
}
