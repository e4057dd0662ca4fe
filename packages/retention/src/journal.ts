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

/** What a run decided, in full: each kept session with its rule, each candidate, oldest first. */
export interface RunPlanned extends EventBase {
  readonly type: "run_planned";
  readonly planId: string;
  readonly kept: readonly { readonly id: string; readonly rule: Rule }[];
  readonly candidates: readonly string[];
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
 * How a claimed session ended: `deleted`, gone; `kept`, whole in its place and never taken, or put back;
 * `in_trash`, claimed and not finished, so its intent stays open. `code` is why, `ok` when nothing went wrong.
 */
export interface Outcome extends EventBase {
  readonly type: "outcome";
  readonly root: string;
  readonly id: string;
  readonly claimId: string;
  readonly result: "deleted" | "kept" | "in_trash";
  readonly code: string;
  readonly bytesFreed: number;
}

/** A run ended; `report` is its {@link CleanupReport}. */
export interface RunFinished extends EventBase {
  readonly type: "run_finished";
  readonly report: object;
}

/** One line of the journal. */
export type JournalEvent = RunStarted | RunPlanned | Intent | Outcome | RunFinished;

/** The append-only record of every run: intent before, outcome after. */
export interface CleanupJournal {
  /** Returns once the event would survive a power cut. */
  append(event: JournalEvent): void | Promise<void>;
  /** The intents of this target and root path whose session is neither `deleted` nor `kept` yet, oldest first. */
  openIntents(target: { readonly name: string; readonly root: string }): readonly Intent[] | Promise<readonly Intent[]>;
}
