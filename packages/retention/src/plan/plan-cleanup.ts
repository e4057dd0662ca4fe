import type { Scan } from "../classified-entry.js";
import type { CleanupPlan } from "../cleanup-plan.js";
import { packEntries } from "../entries/pack-entries.js";
import type { PackedEntries } from "../entries/packed-entries.js";
import type { Policy } from "../policy.js";
import { atOnce, inTurns, type Steps } from "../turns.js";
import { applyKeepRules } from "./apply-keep-rules.js";
import { applyMarks } from "./apply-marks.js";
import { listCandidates, PlanDecisions } from "./decision-list.js";
import { planIdSteps } from "./plan-id.js";
import { type Demand, Sheet } from "./sheet.js";
import { sortOut } from "./sort-out.js";

/** What a plan depends on besides the scan and the policy. */
export interface PlanFacts {
  /** In ms since the epoch. */
  readonly nowMs: number;
  /** Session name → until when it is pinned, in ms since the epoch. */
  readonly pins?: ReadonlyMap<string, number> | undefined;
  /** Session name → until when taking it is not tried again, in ms since the epoch. */
  readonly backOffs?: ReadonlyMap<string, number> | undefined;
  /** Bytes that wait in the trash: they count as free already. */
  readonly trashBytes?: number | undefined;
}

/** Decides for every entry of a scan. Pure: the same scan, policy and facts give the same plan. */
export function planCleanup(scan: Scan, policy: Policy, facts: PlanFacts): CleanupPlan {
  return atOnce(planSteps(scan, policy, facts)).plan;
}

/** The same in slices of time that let other work through, for a root of a million sessions; throws the signal's reason. */
export async function planInTurns(
  scan: Scan,
  policy: Policy,
  facts: PlanFacts & { readonly signal?: AbortSignal | undefined },
): Promise<CleanupPlan> {
  return (await inTurns(planSteps(scan, policy, facts), { signal: facts.signal })).plan;
}

/** A plan, and what the entries were found to be while it was made. */
export interface Planned {
  readonly plan: CleanupPlan;
  readonly entries: PackedEntries;
  /** How many were gone when they were to be read. */
  readonly vanished: number;
}

/**
 * The same in steps. With a demand, which looks at the sessions that are `unread` as they are needed, the scan's
 * entries are packed, and know more when it ends.
 */
export function* planSteps(
  { root, entries, disk }: Scan,
  policy: Policy,
  facts: PlanFacts & { readonly demand?: Demand | undefined },
): Steps<Planned> {
  const packed = yield* packEntries(entries);
  const freeBytes = disk.freeBytes + (facts.trashBytes ?? 0);
  const sheet = new Sheet(packed, { policy, facts, freeBytes, demand: facts.demand ?? null });
  yield* applyKeepRules(sheet);
  const shortfalls = yield* applyMarks(sheet);
  const decided = yield* sortOut(sheet);
  const candidates = yield* listCandidates(decided.entries, decided.rules);
  const id = yield* planIdSteps({ root, policy, candidates });
  const decisions = new PlanDecisions(decided.entries, decided.rules);
  const plan = { id, root, policy, decisions, candidates, shortfalls };
  return { plan, entries: decided.entries, vanished: packed.length - decided.entries.length };
}
