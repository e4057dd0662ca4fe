import assert from "node:assert/strict";
import type { CleanupJournal, LastRun, RepeatedFailure, RunFinished, TargetFacts } from "../journal.js";
import {
  finished,
  intent,
  type JournalPromises,
  outcome,
  pinned,
  planned,
  REPORT,
  started,
  TARGET,
} from "./journal-events.js";

/** What a journal promises about the facts that earlier runs leave. */
export const factPromises: JournalPromises = {
  "knows nothing at first": async (journal) => {
    assert.deepEqual(await journal.facts(TARGET), NOTHING);
  },
  "knows the last run and how many sessions it left": async (journal) => {
    await journal.append(started(), planned(), intent("a"), outcome("a", "deleted"), finished());
    assert.deepEqual(await lastRun(journal), { ...LAST, owned: 99 });
  },
  "compares with no run that was dry, had no plan, was refused, busy, or is older than the guards": async (journal) => {
    await journal.append(started(), planned(), finished());
    const { clock: _, ...old } = REPORT;
    const none = [{ dryRun: true }, { planId: null }, { outcome: "refused" }, { outcome: "busy" }];
    for (const report of [...none.map((change) => ({ ...REPORT, ...change })), old]) {
      await journal.append(started({ runId: "run-2" }), finished({ runId: "run-2", report }));
    }
    assert.deepEqual(await lastRun(journal), LAST);
  },
  "compares with a run that was partial or failed, and with a first one that only reported": async (journal) => {
    const changes = [{ outcome: "partial" }, { outcome: "failed" }, { firstRunReport: true }];
    for (const [index, change] of changes.entries()) {
      const runId = `run-${index + 2}`;
      await journal.append(
        started({ runId }),
        planned({ runId }),
        finished({ runId, report: { ...REPORT, ...change } }),
      );
      assert.deepEqual(await lastRun(journal), { ...LAST, runId });
    }
  },
  "counts as left what was put back or restored, and not what is in the trash": async (journal) => {
    await journal.append(started(), planned(), ...["a", "b", "c", "d", "e"].map((claimId) => intent(claimId)));
    await journal.append(outcome("a", "kept", { code: "changed" }), outcome("b", "trashed"), outcome("c", "in_trash"));
    await journal.append(outcome("d", "trashed"), outcome("d", "restored"), finished());
    assert.equal((await lastRun(journal))?.owned, 97);
  },
  "takes off what a run that was killed had claimed": async (journal) => {
    await journal.append(started(), planned(), finished());
    await journal.append(started({ runId: "run-2" }), planned({ runId: "run-2" }), intent("a", { runId: "run-2" }));
    assert.deepEqual(await lastRun(journal), { ...LAST, owned: 99 });
    await journal.append(outcome("a", "kept", { runId: "run-3", code: "interrupted" }));
    assert.deepEqual(await lastRun(journal), LAST);
  },
  "takes off nothing for what had been claimed before the last run planned": async (journal) => {
    await journal.append(started({ runId: "run-0" }), planned({ runId: "run-0" }), intent("a", { runId: "run-0" }));
    await journal.append(started(), outcome("a", "deleted", { code: "recovered" }), planned(), finished());
    assert.deepEqual(await lastRun(journal), LAST);
  },
  "knows what was deleted by runs that did not live to report it, until a report makes up for it": async (journal) => {
    const unreported = async () => {
      const { count, bytesFreed, newest } = (await journal.facts(TARGET)).unreported;
      return [count, bytesFreed, newest.length];
    };
    const bytes = { bytesFreed: 5 };
    await journal.append(started(), planned(), outcome("a", "deleted", bytes), outcome("b", "trashed", bytes));
    assert.deepEqual(await unreported(), [1, 5, 1]);
    for (const runId of ["dry", "busy"]) await journal.append(started({ runId }), end(runId, null));
    await journal.append(outcome("c", "deleted", { ...bytes, runId: "run-1" }));
    assert.deepEqual(await unreported(), [2, 10, 2]);
    await journal.append(outcome("c", "deleted", { ...bytes, bytesFreed: 0, runId: "run-0" }));
    assert.deepEqual(await unreported(), [2, 10, 3]);
    await journal.append(started({ runId: "run-2" }), outcome("d", "deleted", { ...bytes, runId: "run-2" }));
    await journal.append(end("run-2", 2));
    assert.deepEqual(await unreported(), [0, 0, 0]);
    await journal.append(started({ runId: "run-3" }), outcome("e", "deleted", { ...bytes, runId: "run-3" }));
    assert.deepEqual(await unreported(), [1, 5, 1]);
  },
  "takes a report of an older version for one that made up for everything": async (journal) => {
    await journal.append(started(), outcome("a", "deleted"), started({ runId: "run-2" }));
    await journal.append(finished({ runId: "run-2" }));
    assert.deepEqual((await journal.facts(TARGET)).unreported, NOTHING.unreported);
  },
  "knows until when a session was last pinned": async (journal) => {
    await journal.append(
      pinned("a_20240101_000000", 5),
      pinned("b_20240101_000000", 6),
      pinned("a_20240101_000000", 4),
    );
    const { pins } = await journal.facts(TARGET);
    assert.deepEqual(
      pins,
      new Map([
        ["a_20240101_000000", 4],
        ["b_20240101_000000", 6],
      ]),
    );
  },
  "counts a session's failures in a row, and tells the last": async (journal) => {
    await journal.append(
      outcome("a", "kept", { code: "busy", atMs: 1 }),
      outcome("b", "kept", { code: "io", atMs: 2 }),
    );
    await journal.append(outcome("a", "in_trash", { code: "permission", atMs: 3 }));
    assert.deepEqual(await failures(journal), [
      ["a_20240101_000000", { attempts: 2, atMs: 3, code: "permission" }],
      ["b_20240101_000000", { attempts: 1, atMs: 2, code: "io" }],
    ]);
  },
  "forgets failures once the session was deleted, trashed or restored": async (journal) => {
    const ends = ["deleted", "trashed", "restored"] as const;
    for (const end of ends) await journal.append(outcome(end, "kept", { code: "busy" }), outcome(end, end));
    assert.deepEqual(await failures(journal), []);
    await journal.append(outcome("deleted", "kept", { code: "io", atMs: 4 }));
    assert.deepEqual(await failures(journal), [["deleted_20240101_000000", { attempts: 1, atMs: 4, code: "io" }]]);
  },
  "takes a plan that is out of date for neither a failure nor a success": async (journal) => {
    await journal.append(outcome("a", "kept", { code: "busy", atMs: 1 }));
    for (const code of ["changed", "vanished", "held", "active", "interrupted"]) {
      await journal.append(outcome("a", "kept", { code, atMs: 2 }), outcome("b", "kept", { code, atMs: 2 }));
    }
    assert.deepEqual(await failures(journal), [["a_20240101_000000", { attempts: 1, atMs: 1, code: "busy" }]]);
  },
  "keeps the facts of targets and roots apart": async (journal) => {
    await journal.append(started(), planned(), finished(), pinned("a", 5), outcome("a", "kept", { code: "busy" }));
    for (const other of [
      { ...TARGET, name: "other" },
      { ...TARGET, root: "/srv/other" },
    ]) {
      assert.deepEqual(await journal.facts(other), NOTHING);
    }
  },
};

const NOTHING: TargetFacts = {
  lastRun: null,
  pins: new Map(),
  failures: new Map(),
  unreported: { count: 0, bytesFreed: 0, newest: [] },
};

function end(runId: string, unreportedCount: number | null): RunFinished {
  return finished({ runId, report: { ...REPORT, unreportedCount } });
}

const LAST: LastRun = {
  runId: "run-1",
  startedAtMs: 1_700_000_000_000,
  owned: 100,
  rootId: "root-id",
  clock: REPORT.clock,
};

async function lastRun(journal: CleanupJournal): Promise<LastRun | null> {
  return (await journal.facts(TARGET)).lastRun;
}

async function failures(journal: CleanupJournal): Promise<[string, RepeatedFailure][]> {
  return [...(await journal.facts(TARGET)).failures].sort(([a], [b]) => (a < b ? -1 : 1));
}
