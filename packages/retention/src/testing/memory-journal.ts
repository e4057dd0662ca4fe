import type { CleanupJournal, Intent, JournalEvent, RecordedDecision } from "../journal.js";

/** A journal in memory, with everything that was appended, and what each run decided by its id. */
export interface MemoryJournal extends CleanupJournal {
  readonly events: readonly JournalEvent[];
  readonly decisions: ReadonlyMap<string, readonly RecordedDecision[]>;
}

/** A {@link CleanupJournal} for tests: it forgets everything with the process. */
export function createMemoryJournal(): MemoryJournal {
  const events: JournalEvent[] = [];
  const decisions = new Map<string, readonly RecordedDecision[]>();
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
    facts: () => ({ lastRun: null, pins: new Map(), failures: new Map() }),
    recordDecisions: async ({ runId }, decided) => {
      decisions.set(runId, [...decided]);
    },
    knownSizes: () => [],
  };
}

function isIntent(event: JournalEvent): event is Intent {
  return event.type === "intent";
}

function isOpen({ claimId }: Intent, events: readonly JournalEvent[]): boolean {
  return !events.some((event) => event.type === "outcome" && event.claimId === claimId && event.result !== "in_trash");
}
