import type { CleanupJournal, Intent, JournalEvent, KnownSize, RecordedDecision } from "../journal.js";
import { factsOf } from "./facts-of.js";

/** A journal in memory, with everything that was appended, and what each run decided by its id. */
export interface MemoryJournal extends CleanupJournal {
  readonly events: readonly JournalEvent[];
  readonly decisions: ReadonlyMap<string, readonly RecordedDecision[]>;
  /** What a run decided, in full; empty when it decided nothing. */
  decisionsOf(runId: string): readonly RecordedDecision[];
}

/** A {@link CleanupJournal} for tests: it forgets everything with the process. */
export function createMemoryJournal(): MemoryJournal {
  const events: JournalEvent[] = [];
  const decisions = new Map<string, readonly RecordedDecision[]>();
  // By target and root: only the latest decisions say what sizes are known.
  const latest = new Map<string, readonly RecordedDecision[]>();
  return {
    events,
    decisions,
    append: (...appended) => {
      events.push(...structuredClone(appended));
    },
    openIntents: ({ name, root }) =>
      events
        .filter(isIntent)
        .filter((intent) => intent.target === name && intent.root.path === root && isOpen(intent, events)),
    finishedReport: (runId) => {
      const end = events.find((event) => event.type === "run_finished" && event.runId === runId);
      return end?.type === "run_finished" ? end.report : null;
    },
    facts: (target) => factsOf(target, events),
    recordDecisions: async ({ name, root, runId }, decided) => {
      const list = structuredClone([...decided]);
      decisions.set(runId, list);
      latest.set(JSON.stringify([name, root]), list);
    },
    decisionsOf: (runId) => decisions.get(runId) ?? [],
    knownSizes: ({ name, root }) => (latest.get(JSON.stringify([name, root])) ?? []).flatMap(sizeOf),
  };
}

function isIntent(event: JournalEvent): event is Intent {
  return event.type === "intent";
}

function isOpen({ claimId }: Intent, events: readonly JournalEvent[]): boolean {
  return !events.some((event) => event.type === "outcome" && event.claimId === claimId && event.result !== "in_trash");
}

function sizeOf({ id, stampMs, bytes }: RecordedDecision): KnownSize[] {
  return bytes === null ? [] : [{ id, stampMs, bytes }];
}
