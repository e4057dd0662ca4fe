import assert from "node:assert/strict";
import type { CleanupJournal, Intent, Outcome } from "../journal.js";
import type { ContractCase } from "./contract-case.js";

/** What every {@link CleanupJournal} promises; `create` makes an empty one for each case. */
export function journalContract(create: () => CleanupJournal | Promise<CleanupJournal>): readonly ContractCase[] {
  return Object.entries(PROMISES).map(([name, check]) => ({ name, run: async () => check(await create()) }));
}

const TARGET = { name: "recordings", root: "/srv/recordings" };

const PROMISES: Readonly<Record<string, (journal: CleanupJournal) => Promise<void>>> = {
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
  "takes a whole run": async (journal) => {
    const about = { atMs: 1, runId: "run-1", target: TARGET.name };
    await journal.append({ type: "run_started", ...about, root: TARGET.root, dryRun: false, reason: "schedule" });
    await journal.append({ type: "run_planned", ...about, planId: "plan", keptCount: 1, candidateCount: 1 });
    await journal.append(intent("a"));
    await journal.append(outcome("a", "deleted"));
    await journal.append({ type: "run_finished", ...about, report: { outcome: "done" } });
    assert.deepEqual(await openClaims(journal), []);
  },
};

function intent(claimId: string): Intent {
  return {
    type: "intent",
    atMs: 1_700_000_000_000,
    runId: "run-1",
    target: TARGET.name,
    root: { path: TARGET.root, dev: "2049", ino: "18446744073709551615" },
    planId: "plan",
    id: `${claimId}_20240101_000000`,
    claimId,
    identity: { dev: "2049", ino: "18446744073709551614", markerDigest: "digest" },
  };
}

function outcome(claimId: string, result: Outcome["result"]): Outcome {
  const { atMs, runId, target, id } = intent(claimId);
  return {
    type: "outcome",
    atMs,
    runId,
    target,
    root: TARGET.root,
    id,
    claimId,
    result,
    code: "ok",
    bytesFreed: 4_096,
  };
}

async function openClaims(journal: CleanupJournal): Promise<string[]> {
  return (await journal.openIntents(TARGET)).map(({ claimId }) => claimId);
}
