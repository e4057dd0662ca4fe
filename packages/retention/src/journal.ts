import type { Identity, RootIdentity } from "./identity.js";
import type { Rule } from "./rule.js";

interface EventBase {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly runId: string;
  readonly target: string;
}

/** A run began. */
export interface RunStarted extends EventBase {
  readonly type: "run_started";
  readonly root: string;
  readonly dryRun: boolean;
  readonly reason: string;
}

/** What a run decided, in numbers; the decisions themselves are what {@link CleanupJournal.recordDecisions} keeps. */
export interface RunPlanned extends EventBase {
  readonly type: "run_planned";
  readonly planId: string;
  readonly keptCount: number;
  readonly candidateCount: number;
}

/** One session is about to be claimed; on disk before anything moves. */
export interface Intent extends EventBase {
  readonly type: "intent";
  readonly root: RootIdentity;
  readonly planId: string;
  /** The session's directory name. */
  readonly id: string;
  /** The name of its place in the trash. */
  readonly claimId: string;
  readonly identity: Identity;
}

/**
 * How a claimed session ended: `deleted`, gone; `kept`, whole in its place and never taken, or put back; `trashed`,
 * waiting in the trash on purpose until its time is over; `restored`, brought back from there; `in_trash`, claimed and
 * not finished, so its intent stays open. `code` is why, `ok` when nothing went wrong.
 */
export interface Outcome extends EventBase {
  readonly type: "outcome";
  readonly root: string;
  readonly id: string;
  readonly claimId: string;
  readonly result: "deleted" | "kept" | "trashed" | "restored" | "in_trash";
  readonly code: string;
  readonly bytesFreed: number;
  /** Of a `trashed` one: until when it waits, in ms since the epoch. */
  readonly purgeAfterMs?: number;
}

/** A session was restored, and the policy leaves it alone until `untilMs` (ms since the epoch). */
export interface Pinned extends EventBase {
  readonly type: "pinned";
  readonly root: string;
  readonly id: string;
  readonly untilMs: number;
  readonly reason: string;
}

/** Somebody had a marker written for a directory that had none. */
export interface Adopted extends EventBase {
  readonly type: "adopted";
  readonly root: string;
  readonly id: string;
  readonly reason: string;
}

/** Somebody confirmed a plan that the guards had refused. */
export interface PlanConfirmed extends EventBase {
  readonly type: "plan_confirmed";
  readonly root: string;
  readonly planId: string;
  readonly reason: string;
}

/** A run ended; `report` is its {@link CleanupReport}. */
export interface RunFinished extends EventBase {
  readonly type: "run_finished";
  readonly report: object;
}

/** One line of the journal. */
export type JournalEvent = RunStarted | RunPlanned | Intent | Outcome | Pinned | Adopted | PlanConfirmed | RunFinished;

/** What a plan decided of one entry. */
export interface RecordedDecision {
  readonly id: string;
  /** The stamp in the name, in ms since the epoch; `null` for an entry that is not named like a session. */
  readonly stampMs: number | null;
  readonly rule: Rule;
  /** `null` when nobody has measured it. */
  readonly bytes: number | null;
}

/** What a plan decided of one day's sessions, or of what has no stamp. */
export interface DecisionPage {
  /** Days since the epoch by the stamps, rounded down; `null`: of what has none. */
  readonly day: number | null;
  /** Equal only where the decisions are. */
  readonly digest: string;
  readonly decisions: Iterable<RecordedDecision>;
}

/** What a plan decided, and, where it can be told that way, day by day: what has not changed need not be read. */
export interface RecordedDecisions extends Iterable<RecordedDecision> {
  /** In the same order; `undefined` is a chance to let other work through. */
  readonly pages?: () => Iterable<DecisionPage | undefined>;
}

/** What was measured of an entry before. */
export interface KnownSize {
  readonly id: string;
  readonly stampMs: number | null;
  readonly bytes: number;
}

/**
 * The run a target's next one is compared with: the last, not dry, that got as far as a plan and was allowed to act on
 * it, so that it ended `done`, `partial` or `failed`.
 */
export interface LastRun {
  readonly runId: string;
  readonly startedAtMs: number;
  /** Owned, active, held and unread sessions it found, less those claimed since it planned and not put back. */
  readonly owned: number;
  readonly rootId: string | null;
  readonly clock: ClockEvidence;
}

/** What tells a jump of the clock from time that really passed. */
export interface ClockEvidence {
  /** Which start of the machine this was; `null` where the system does not say. */
  readonly bootId: string | null;
  /** How long the machine had been up, in ms. */
  readonly upMs: number;
}

/** How often in a row taking a session has failed. */
export interface RepeatedFailure {
  readonly attempts: number;
  /** The last time, in ms since the epoch. */
  readonly atMs: number;
  readonly code: string;
}

/** What earlier runs of a target left for the next one to know. */
export interface TargetFacts {
  /** `null` before the first. */
  readonly lastRun: LastRun | null;
  /** Session name → until when it was last pinned, in ms since the epoch; that may be over. */
  readonly pins: ReadonlyMap<string, number>;
  /**
   * Session name → its failures since it was last deleted, trashed or restored: outcomes `kept` and `in_trash`, those
   * whose code only says that the plan is out of date left aside.
   */
  readonly failures: ReadonlyMap<string, RepeatedFailure>;
  /**
   * What was deleted by runs that did not live to report it, and that no report has made up for: since the last one
   * whose `unreportedCount` is not `null`, outcomes `deleted` whose run has not ended.
   */
  readonly unreported: UnreportedDeletions;
}

/** Deletions that are in no report. */
export interface UnreportedDeletions {
  /** How many claims. */
  readonly count: number;
  readonly bytesFreed: number;
  /** The sessions of the newest 64 outcomes: their record may still be there, and is then settled once more. */
  readonly newest: readonly string[];
}

/** A target as the journal knows it: its name and its root's path. */
export interface JournaledTarget {
  readonly name: string;
  readonly root: string;
}

/** The append-only record of every run: intent before, outcome after. And an index of what was seen, which is a cache. */
export interface CleanupJournal {
  /** Writes the events all or none, in order; returns once they would survive a power cut. */
  append(...events: readonly JournalEvent[]): void | Promise<void>;
  /** The intents of this target and root path whose session is still `in_trash` or has no outcome, oldest first. */
  openIntents(target: JournaledTarget): readonly Intent[] | Promise<readonly Intent[]>;
  /** The report of a run that came to its end, or `null`. */
  finishedReport(runId: string): object | null | Promise<object | null>;
  facts(target: JournaledTarget): TargetFacts | Promise<TargetFacts>;
  /**
   * Keeps what a run decided, entry by entry and in full, in room for the changes only. `decisions` come sessions
   * first by stamp and then by name, then the rest by name, names by code unit. Never holds up the process for long.
   */
  recordDecisions(
    run: JournaledTarget & { readonly runId: string; readonly atMs: number },
    decisions: RecordedDecisions,
  ): Promise<void>;
  /**
   * The sizes among the latest decisions of this target and root, in the order of
   * {@link CleanupJournal.recordDecisions}; what those left `null` is not known, whatever earlier ones said.
   */
  knownSizes(target: JournaledTarget): Iterable<KnownSize>;
}
