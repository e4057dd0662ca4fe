import type {
  JournalEvent,
  JournaledTarget,
  LastRun,
  Outcome,
  RepeatedFailure,
  RunFinished,
  TargetFacts,
  UnreportedDeletions,
} from "../journal.js";
import { isOutOfDate } from "../out-of-date.js";
import type { CleanupReport } from "../report.js";

/** What the events of a journal, in their order, leave for the next run of a target to know. */
export function factsOf({ name, root }: JournaledTarget, events: readonly JournalEvent[]): TargetFacts {
  const runs = new Set(
    events.flatMap((event) => (event.type === "run_started" && event.root === root ? [event.runId] : [])),
  );
  const mine = events.filter((event) => event.target === name && (rootOf(event) ?? root) === root);
  const ofRuns = mine.filter((event) => rootOf(event) !== null || runs.has(event.runId));
  const unreported = unreportedOf(ofRuns);
  return { lastRun: lastRunOf(ofRuns), pins: pinsOf(mine), failures: failuresOf(mine), unreported };
}

// A run's plan and end do not say which root they speak of: its start does.
function rootOf(event: JournalEvent): string | null {
  if (event.type === "run_planned" || event.type === "run_finished") return null;
  return event.type === "intent" ? event.root.path : event.root;
}

function lastRunOf(events: readonly JournalEvent[]): LastRun | null {
  const finished = events.findLast((event): event is RunFinished => event.type === "run_finished" && counts(event));
  if (finished === undefined) return null;
  const report = finished.report as CleanupReport;
  const { startedAtMs, owned, active, held, unread, rootId, clock } = report;
  const left = owned + active + held + unread - takenSince(finished.runId, events);
  return { runId: finished.runId, startedAtMs, owned: left, rootId, clock };
}

function counts({ report }: RunFinished): boolean {
  const { planId, dryRun, outcome, clock } = report as Partial<CleanupReport>;
  // A report without a clock is older than the guards, and nothing to compare with.
  const isWhole = typeof planId === "string" && clock !== undefined;
  return isWhole && dryRun === false && ["done", "partial", "failed"].includes(String(outcome));
}

/** Sessions claimed since this run planned and not put back: a run that was killed has no report to say so. */
function takenSince(runId: string, events: readonly JournalEvent[]): number {
  const since = events.slice(events.findIndex((event) => event.type === "run_planned" && event.runId === runId) + 1);
  const places = new Map<string, Outcome["result"]>();
  for (const event of since) {
    if (event.type === "intent") places.set(event.claimId, "in_trash");
    if (event.type === "outcome" && places.has(event.claimId)) places.set(event.claimId, event.result);
  }
  return [...places.values()].filter((result) => result !== "kept" && result !== "restored").length;
}

function unreportedOf(events: readonly JournalEvent[]): UnreportedDeletions {
  const settled = events.findLastIndex((event) => event.type === "run_finished" && asked(event));
  const since = events.slice(settled + 1);
  const deleted = since.filter((event, index): event is Outcome => {
    if (event.type !== "outcome" || event.result !== "deleted") return false;
    return !since.slice(index).some(({ type, runId }) => type === "run_finished" && runId === event.runId);
  });
  return {
    count: new Set(deleted.map(({ claimId }) => claimId)).size,
    bytesFreed: deleted.reduce((bytes, { bytesFreed }) => bytes + bytesFreed, 0),
    newest: deleted.slice(-64).map(({ id }) => id),
  };
}

// A report of an older version does not say, and what came before it is not made up for.
function asked({ report }: RunFinished): boolean {
  return (report as Partial<CleanupReport>).unreportedCount !== null;
}

function pinsOf(events: readonly JournalEvent[]): ReadonlyMap<string, number> {
  return new Map(events.flatMap((event) => (event.type === "pinned" ? [[event.id, event.untilMs] as const] : [])));
}

function failuresOf(events: readonly JournalEvent[]): ReadonlyMap<string, RepeatedFailure> {
  const failures = new Map<string, RepeatedFailure>();
  for (const event of events) {
    if (event.type !== "outcome") continue;
    const { id, result, code, atMs } = event;
    if (result !== "kept" && result !== "in_trash") failures.delete(id);
    else if (!isOutOfDate(code)) failures.set(id, { attempts: (failures.get(id)?.attempts ?? 0) + 1, atMs, code });
  }
  return failures;
}
