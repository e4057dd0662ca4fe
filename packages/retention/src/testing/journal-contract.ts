import assert from "node:assert/strict";
import type { CleanupJournal } from "../journal.js";
import type { ContractCase } from "./contract-case.js";
import { decisionPromises } from "./decision-promises.js";
import { factPromises } from "./fact-promises.js";
import { finished, intent, type JournalPromises, outcome, planned, started, TARGET } from "./journal-events.js";

/** What every {@link CleanupJournal} promises; `create` makes an empty one for each case. */
export function journalContract(create: () => CleanupJournal | Promise<CleanupJournal>): readonly ContractCase[] {
  const promises = { ...EVENT_PROMISES, ...factPromises, ...decisionPromises };
  return Object.entries(promises).map(([name, check]) => ({ name, run: async () => check(await create()) }));
}

const EVENT_PROMISES: JournalPromises = {
  "has no open intents at first": async (journal) => {
    assert.deepEqual(await journal.openIntents(TARGET), []);
  },
  "gives back an open intent as it was written": async (journal) => {
    await journal.append(intent("a"));
    assert.deepEqual(await journal.openIntents(TARGET), [intent("a")]);
  },
  "gives open intents oldest first": async (journal) => {
    for (const claimId of ["b", "a", "c"]) await journal.append(intent(claimId));
    assert.deepEqual(await openClaims(journal), ["b", "a", "c"]);
  },
  "closes an intent whose session was deleted or kept": async (journal) => {
    for (const claimId of ["a", "b"]) await journal.append(intent(claimId));
    await journal.append(outcome("a", "deleted"));
    assert.deepEqual(await openClaims(journal), ["b"]);
    await journal.append(outcome("b", "kept"));
    assert.deepEqual(await openClaims(journal), []);
  },
  "leaves an intent open whose session is still in the trash": async (journal) => {
    await journal.append(intent("a"));
    await journal.append(outcome("a", "in_trash"));
    assert.deepEqual(await openClaims(journal), ["a"]);
    await journal.append(outcome("a", "deleted"));
    assert.deepEqual(await openClaims(journal), []);
  },
  "keeps targets and roots apart": async (journal) => {
    await journal.append(intent("a"));
    assert.deepEqual(await journal.openIntents({ ...TARGET, name: "other" }), []);
    assert.deepEqual(await journal.openIntents({ ...TARGET, root: "/srv/other" }), []);
  },
  "takes an outcome whose intent was lost": async (journal) => {
    await journal.append(outcome("lost", "deleted"));
    assert.deepEqual(await openClaims(journal), []);
  },
  "takes a whole run in one go": async (journal) => {
    await journal.append(started(), planned(), intent("a"), outcome("a", "deleted"), finished());
    assert.deepEqual(await openClaims(journal), []);
  },
  "knows the report of a run once it has come to its end": async (journal) => {
    await journal.append(started());
    assert.equal(await journal.finishedReport(finished().runId), null);
    await journal.append(finished());
    assert.deepEqual(await journal.finishedReport(finished().runId), finished().report);
    assert.equal(await journal.finishedReport("another"), null);
  },
  "writes the events of one go all or none": async (journal) => {
    const broken = {
      get outcome(): string {
        throw new Error("cannot be written");
      },
    };
    await assert.rejects(async () => journal.append(intent("a"), { ...finished(), report: broken }));
    assert.deepEqual(await openClaims(journal), []);
  },
  "takes no events at all": async (journal) => {
    await journal.append();
  },
};

async function openClaims(journal: CleanupJournal): Promise<string[]> {
  return (await journal.openIntents(TARGET)).map(({ claimId }) => claimId);
}
