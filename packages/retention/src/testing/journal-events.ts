import type { CleanupJournal, Intent, Outcome, Pinned, RunFinished, RunPlanned, RunStarted } from "../journal.js";

/** Promises of a journal by their names. */
export type JournalPromises = Readonly<Record<string, (journal: CleanupJournal) => Promise<void>>>;

/** The target all events here are of. */
export const TARGET = { name: "recordings", root: "/srv/recordings" };

const ABOUT = { atMs: 1_700_000_000_000, runId: "run-1", target: TARGET.name };

/** A run's start. */
export function started(changes: Partial<RunStarted> = {}): RunStarted {
  return { type: "run_started", ...ABOUT, root: TARGET.root, dryRun: false, reason: "schedule", ...changes };
}

/** A run's plan. */
export function planned(changes: Partial<RunPlanned> = {}): RunPlanned {
  return { type: "run_planned", ...ABOUT, planId: "plan", keptCount: 1, candidateCount: 1, ...changes };
}

/** What a run's report has that a later run is compared with. */
export const REPORT = {
  planId: "plan",
  dryRun: false,
  outcome: "done",
  startedAtMs: ABOUT.atMs,
  rootId: "root-id",
  clock: { bootId: "boot-id", upMs: 60_000 },
  owned: 80,
  active: 10,
  held: 7,
  unread: 3,
};

/** A run's end. */
export function finished(changes: Partial<RunFinished> = {}): RunFinished {
  return { type: "run_finished", ...ABOUT, report: REPORT, ...changes };
}

/** An intent; the session's name follows from the claim's. */
export function intent(claimId: string, changes: Partial<Intent> = {}): Intent {
  return {
    type: "intent",
    ...ABOUT,
    root: { path: TARGET.root, dev: "2049", ino: "18446744073709551615" },
    planId: "plan",
    id: `${claimId}_20240101_000000`,
    claimId,
    identity: { dev: "2049", ino: "18446744073709551614", markerDigest: "digest" },
    ...changes,
  };
}

/** How the claim of {@link intent} ended. */
export function outcome(claimId: string, result: Outcome["result"], changes: Partial<Outcome> = {}): Outcome {
  const { id } = intent(claimId);
  const ended = { root: TARGET.root, id, claimId, result, code: "ok", bytesFreed: 4_096 };
  return { type: "outcome", ...ABOUT, ...ended, ...changes };
}

/** A session's pin. */
export function pinned(id: string, untilMs: number, changes: Partial<Pinned> = {}): Pinned {
  return { type: "pinned", ...ABOUT, root: TARGET.root, id, untilMs, reason: "restored", ...changes };
}
