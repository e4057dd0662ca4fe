import { backOffsAt } from "../back-off.js";
import type { CleanupPlan } from "../cleanup-plan.js";
import { GuardedError, StalePlanError } from "../errors.js";
import type { StandingFacts } from "../guards/guard-facts.js";
import { judgeGuards, judgeStanding } from "../guards/judge-guards.js";
import type { TargetFacts } from "../journal.js";
import { planRoot } from "../plan/plan-root.js";
import { tallyPlan } from "../plan/plan-tally.js";
import { type RootMarker, readRootMarker } from "../root/root-marker.js";
import { waitingInTrash } from "../trash/waiting-in-trash.js";
import { recordedDecisions } from "./decision-pages.js";
import type { RunOptions } from "./run-options.js";
import type { RunState } from "./run-state.js";

/**
 * Reads what earlier runs and the root itself say. `trusted`: nothing so far speaks against touching the root; with a
 * plan to be confirmed, on a first run that only reports, or when a guard refuses already, the plan comes first.
 */
export async function readStanding(state: RunState): Promise<"trusted" | "plan_first"> {
  const { target, options } = state;
  const marker = readRootMarker(target.root);
  const facts = await options.journal.facts(target);
  Object.assign(state, { marker, facts, firstRunReport: isFirstReport(state, facts) });
  const isOpen = agreedIdOf(options) !== undefined || state.firstRunReport === true;
  return isOpen || judgeStanding(standingOf(state, { marker, facts })).length > 0 ? "plan_first" : "trusted";
}

/** The one plan that somebody agreed to, with the guards or against them. */
function agreedIdOf({ confirmPlanId, onlyPlanId }: RunOptions): string | undefined {
  return confirmPlanId ?? onlyPlanId;
}

function isFirstReport({ target, options }: RunState, { lastRun }: TargetFacts): boolean {
  const isAsked = target.firstRun === "report" && !options.dryRun && options.confirmPlanId === undefined;
  return isAsked && lastRun === null;
}

type Standing = { readonly marker: RootMarker; readonly facts: TargetFacts };

function standingOf({ options, startedAtMs, clock }: RunState, { marker, facts }: Standing): StandingFacts {
  const { clockOffsetMs = null } = options;
  return { nowMs: startedAtMs, clock, clockOffsetMs, marker, lastRun: facts.lastRun };
}

/** Scans, plans, judges the plan and journals it, also when it is going to be refused. */
export async function planRun(state: RunState): Promise<CleanupPlan> {
  const { target, options, startedAtMs, facts } = state;
  const { pins, failures } = facts ?? NO_FACTS;
  const backOffs = backOffsAt(startedAtMs, failures);
  options.onProgress?.({ phase: "scanning", ...NONE_DONE });
  // A run that must not settle yet, or never, plans by the same bytes as one that has.
  state.inTrash ??= await waitingInTrash(target.root, state.safety);
  const known = { nowMs: startedAtMs, pins, backOffs, trashBytes: state.inTrash.bytes };
  const { signal, journal } = options;
  // Reading a million sizes costs more than listing as many names: only a mark that adds them up needs them.
  const knownSizes = target.policy.maxBytes === null ? [] : journal.knownSizes(target);
  const { plan, scan } = await planRoot(target, { ...known, knownSizes, safety: state.safety, signal });
  state.scan = scan;
  state.tally = await tallyPlan(plan);
  judge(state, plan);
  await journalPlan(state, plan);
  options.onPlan?.(plan);
  return plan;
}

const NO_FACTS: Pick<TargetFacts, "pins" | "failures"> = { pins: new Map(), failures: new Map() };
const NONE_DONE = { done: 0, total: 0, failed: 0, bytesFreed: 0 };

// Together with the plan, so that a report that names one always says whether it was allowed.
function judge(state: RunState, plan: CleanupPlan): void {
  const { target, options, tally, marker, facts } = state;
  if (tally === undefined || marker === undefined || facts === undefined) throw new Error("judged before it was known");
  const figures = { candidateCount: plan.candidates.length, maxDeleteRatio: target.maxDeleteRatio };
  const guards = judgeGuards({ ...standingOf(state, { marker, facts }), counts: tally.counts, ...figures });
  const isConfirmed = options.confirmPlanId === plan.id;
  state.guards = isConfirmed ? [] : guards;
  state.refusal = refusalOf(state, plan);
  state.plan = plan;
}

function refusalOf({ options, guards = [], firstRunReport }: RunState, plan: CleanupPlan): Error | null {
  const { dryRun } = options;
  const agreedId = agreedIdOf(options);
  if (agreedId !== undefined && agreedId !== plan.id) return new StalePlanError(agreedId, plan.id);
  const onlyShows = dryRun || firstRunReport === true;
  return guards.length > 0 && !onlyShows ? new GuardedError(plan.id, guards) : null;
}

async function journalPlan({ target, options }: RunState, plan: CleanupPlan): Promise<void> {
  const { runId, reason, journal, confirmPlanId, dryRun } = options;
  const about = { atMs: options.nowMs(), runId, target: target.name };
  const candidateCount = plan.candidates.length;
  const keptCount = plan.decisions.length - candidateCount;
  await journal.append({ type: "run_planned", ...about, planId: plan.id, keptCount, candidateCount });
  await journal.recordDecisions(
    { name: target.name, root: target.root, runId, atMs: about.atMs },
    recordedDecisions(plan.decisions),
  );
  if (confirmPlanId !== plan.id || dryRun) return;
  await journal.append({ type: "plan_confirmed", ...about, root: target.root, planId: plan.id, reason });
}

/**
 * Ends a run whose plan must not be applied.
 *
 * @throws {@link GuardedError} and {@link StalePlanError}.
 */
export function refuseRun({ refusal }: RunState): void {
  if (refusal) throw refusal;
}
