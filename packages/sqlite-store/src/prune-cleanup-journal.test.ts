import { describe, expect, it } from "vitest";
import { createCleanupJournal } from "./cleanup-journal.js";
import { waitForRecordingTurn } from "./decisions/recording-lock.js";
import { decision, decisions, intent, outcome, pinned, REPORT, TARGET } from "./journal-events.test.fixture.js";
import type { CaretakerDatabase } from "./open-database.js";
import { pruneCleanupJournal } from "./prune-cleanup-journal.js";
import { makeDatabase } from "./test-support.test.fixture.js";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2024, 5, 1);
const CUTOFF_MS = NOW_MS - 90 * DAY_MS;

describe("pruneCleanupJournal", () => {
  it("removes what is older than 90 days, to the millisecond, but no claim that is open or in the trash", async () => {
    const { database, journal } = makeJournal();
    for (const [claimId, atMs, result] of [
      ["old", CUTOFF_MS - 1, "deleted"],
      ["edge", CUTOFF_MS, "deleted"],
      ["open", CUTOFF_MS - 1, null],
      ["waits", CUTOFF_MS - 1, "trashed"],
      ["stuck", CUTOFF_MS - 1, "in_trash"],
    ] as const) {
      await journal.append(intent(claimId, { atMs }));
      if (result !== null) await journal.append(outcome(claimId, { atMs, result }));
    }
    expect(await pruneCleanupJournal(database, { nowMs: NOW_MS })).toBe(2);
    expect(column(database, "SELECT DISTINCT claim_id FROM cleanup_events ORDER BY 1")).toEqual([
      "edge",
      "open",
      "stuck",
      "waits",
    ]);
    expect(await pruneCleanupJournal(database, { nowMs: NOW_MS })).toBe(0);
  });

  it("keeps a pin while it holds", async () => {
    const { database, journal } = makeJournal();
    await journal.append({ ...pinned("holds", NOW_MS + 1), atMs: 0 }, { ...pinned("over", NOW_MS), atMs: 0 });
    expect(await pruneCleanupJournal(database, { nowMs: NOW_MS })).toBe(1);
    expect((await journal.facts(TARGET)).pins).toEqual(new Map([["holds", NOW_MS + 1]]));
  });

  it("keeps the run that the next one is compared with, and what came after it", async () => {
    const { database, journal } = makeJournal();
    for (const runId of ["older", "last"]) {
      const about = { runId, atMs: 0, target: TARGET.name };
      await journal.append({ type: "run_started", ...about, root: TARGET.root, dryRun: false, reason: "schedule" });
      await journal.append({ type: "run_planned", ...about, planId: "plan", keptCount: 0, candidateCount: 1 });
      await journal.append({ type: "run_finished", ...about, report: REPORT });
    }
    await journal.append(intent("later", { atMs: 0 }), outcome("later", { atMs: 0 }));
    const before = await journal.facts(TARGET);
    expect(await pruneCleanupJournal(database, { nowMs: NOW_MS })).toBe(3);
    expect(before.lastRun).toMatchObject({ runId: "last", owned: 99 });
    expect(await journal.facts(TARGET)).toEqual(before);
  });

  it("removes more than one round's worth, past what has to stay", async () => {
    const { database, journal } = makeJournal();
    const claims = Array.from({ length: 2_500 }, (_, n) => `c${n}`);
    await journal.append(...claims.map((claimId) => intent(`open-${claimId}`, { atMs: 0 })));
    await journal.append(...claims.map((claimId) => outcome(claimId, { atMs: 0 })));
    expect(await pruneCleanupJournal(database, { nowMs: NOW_MS, keepDays: 1 })).toBe(2_500);
    expect(await journal.openIntents(TARGET)).toHaveLength(2_500);
  });

  it("removes the decisions of old runs and keeps those of the others whole", async () => {
    const { database, journal } = makeJournal();
    const rules = ["min_age", "keep_within", "keep_last"] as const;
    const times = [CUTOFF_MS - 1, CUTOFF_MS, NOW_MS];
    for (const [run, rule] of rules.entries()) {
      await journal.recordDecisions(
        { ...TARGET, runId: `run-${run}`, atMs: times[run] ?? 0 },
        decisions(3_000, () => rule),
      );
    }
    await pruneCleanupJournal(database, { nowMs: NOW_MS });
    const left =
      "SELECT DISTINCT run_id || ' ' || rule || ' ' || count(*) FROM cleanup_decisions GROUP BY run_id, rule";
    expect(column(database, left)).toEqual(["run-1 keep_within 3000", "run-2 keep_last 3000"]);
    expect(column(database, "SELECT count(*) FROM cleanup_spans")).toEqual([3_000]);
  });

  it("forgets a root that nobody recorded since", async () => {
    const { database, journal } = makeJournal();
    await journal.recordDecisions({ ...TARGET, name: "gone", runId: "old", atMs: CUTOFF_MS - 1 }, decisions(1_500));
    await journal.recordDecisions({ ...TARGET, runId: "new", atMs: CUTOFF_MS }, [decision(1)]);
    await pruneCleanupJournal(database, { nowMs: NOW_MS });
    for (const table of ["sessions", "recordings", "days", "roots"]) {
      expect(column(database, `SELECT count(*) FROM cleanup_${table}`), table).toEqual([1]);
    }
  });

  it("leaves the decisions for the next time while a run records", async () => {
    const { database, journal } = makeJournal();
    await journal.recordDecisions({ ...TARGET, runId: "old", atMs: 0 }, [decision(1)]);
    const endTurn = await waitForRecordingTurn(database.path);
    await pruneCleanupJournal(database, { nowMs: NOW_MS });
    expect(column(database, "SELECT count(*) FROM cleanup_recordings")).toEqual([1]);
    endTurn();
    await pruneCleanupJournal(database, { nowMs: NOW_MS });
    expect(column(database, "SELECT count(*) FROM cleanup_recordings")).toEqual([0]);
  });

  it.each([0, -1, Number.NaN])("refuses to keep %d days", async (keepDays) => {
    await expect(pruneCleanupJournal(makeDatabase(), { nowMs: NOW_MS, keepDays })).rejects.toThrow(RangeError);
  });
});

function makeJournal() {
  const database = makeDatabase();
  return { database, journal: createCleanupJournal(database) };
}

function column({ connection }: CaretakerDatabase, sql: string): unknown[] {
  return connection.prepare(sql).pluck().all();
}
