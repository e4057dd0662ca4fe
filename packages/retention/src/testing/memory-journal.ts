import type { CleanupJournal, Intent, JournalEvent } from "../journal.js";

/** A journal in memory, with everything that was appended. */
export interface MemoryJournal extends CleanupJournal {
  readonly events: readonly JournalEvent[];
}

/** A {@link CleanupJournal} for tests: it forgets everything with the process. */
export function createMemoryJournal(): MemoryJournal {
  const events: JournalEvent[] = [];
  return {
    events,
    append: (event) => {
      events.push(structuredClone(event));
    },
    openIntents: ({ name, root }) =>
      events
        .filter(isIntent)
        .filter((intent) => intent.target === name && intent.root.path === root && isOpen(intent, events)),
  };
}

function isIntent(event: JournalEvent): event is Intent {
  return event.type === "intent";
}

function isOpen({ claimId }: Intent, events: readonly JournalEvent[]): boolean {
  return !events.some((event) => event.type === "outcome" && event.claimId === claimId && event.result !== "in_trash");
}
