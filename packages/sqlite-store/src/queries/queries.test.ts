import { describe, expect, it } from "vitest";
import { createCleanupJournal } from "../cleanup-journal.js";
import { decision, intent, outcome, pinned, REPORT, TARGET } from "../journal-events.test.fixture.js";
import { makeDatabase } from "../test-support.test.fixture.js";
import { cleanupHistory } from "./cleanup-history.js";
import { cleanupTotals } from "./cleanup-totals.js";
import { sessionHistory } from "./session-history.js";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2024, 5, 30, 12);

describe("cleanupHistory", () => {
  it("tells a target's runs newest first, with their reports, and those that never ended", async () => {
    const { database, journal } = makeJournal();
    for (const [run, target] of ["recordings", "other", "recordings", "recordings"].entries()) {
      const about = { runId: `run-${run}`, atMs: run, target };
      await journal.append({ type: "run_started", ...about, root: "/srv", dryRun: run === 2, reason: "schedule" });
      if (run < 3) await journal.append({ type: "run_finished", ...about, report: { ...REPORT, bytesFreed: run } });
    }
    const about = { target: "recordings", root: "/srv", reason: "schedule" };
    const runs = cleanupHistory(database, { target: "recordings", limit: 2 });
    expect(runs).toEqual([
      { runId: "run-3", ...about, dryRun: false, startedAtMs: 3, report: null },
      { runId: "run-2", ...about, dryRun: true, startedAtMs: 2, report: { ...REPORT, bytesFreed: 2 } },
    ]);
    expect(cleanupHistory(database, { target: "recordings", limit: 9 })).toHaveLength(3);
    expect(cleanupHistory(database, { target: "none", limit: 9 })).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a limit of %d", (limit) => {
    expect(() => cleanupHistory(makeDatabase(), { target: "recordings", limit })).toThrow(RangeError);
  });
});

describe("sessionHistory", () => {
  it("tells everything that happened to one session, oldest first", async () => {
    const { database, journal } = makeJournal();
    const session = { id: "call_20240101_103000", stampMs: 5, bytes: 7 };
    const record = (runId: string, atMs: number, list: Parameters<typeof journal.recordDecisions>[1]) =>
      journal.recordDecisions({ ...TARGET, runId, atMs }, list);
    await record("run-1", 1, [{ ...session, rule: "keep_within" }]);
    await record("run-2", 2, [{ ...session, rule: "beyond_keep" }, decision(9)]);
    const taken = [intent("call", { atMs: 3 }), outcome("call", { atMs: 4, result: "trashed" })];
    await journal.append(...taken, outcome("other", { atMs: 4 }));
    await record("run-3", 5, [decision(9)]);
    const back = [outcome("call", { atMs: 6, result: "restored" }), { ...pinned(session.id, NOW_MS), atMs: 7 }];
    await journal.append(...back);
    await record("run-4", 8, [{ ...session, rule: "restored" }]);
    const at = (run: number, atMs: number) => ({ runId: `run-${run}`, atMs });
    const decided = { type: "decided", bytes: 7 };
    expect(await sessionHistory(database, { target: TARGET, session: session.id })).toEqual([
      { ...decided, rule: "keep_within", since: at(1, 1), until: at(2, 2) },
      { ...decided, rule: "beyond_keep", since: at(2, 2), until: at(3, 5) },
      ...taken,
      ...back,
      { ...decided, rule: "restored", since: at(4, 8), until: null },
    ]);
  });

  it("finds one among more than a slice's worth, whatever its name", async () => {
    const { database, journal } = makeJournal();
    const odd = { id: "\u{1F600}", stampMs: null, rule: "unknown:name_mismatch", bytes: null } as const;
    const list = [...Array.from({ length: 25_000 }, (_, n) => decision(n)), odd];
    await journal.recordDecisions({ ...TARGET, runId: "run-1", atMs: 1 }, list);
    for (const session of ["call-0", "call-9999", "call-10000", "call-24999", odd.id]) {
      expect(await sessionHistory(database, { target: TARGET, session }), session).toHaveLength(1);
    }
    expect(await sessionHistory(database, { target: TARGET, session: "nobody" })).toEqual([]);
    expect(await sessionHistory(database, { target: { ...TARGET, root: "/" }, session: "call-0" })).toEqual([]);
  });
});

describe("cleanupTotals", () => {
  it("tells sessions and bytes by rule, of the latest recording that is whole", async () => {
    const { database, journal } = makeJournal();
    expect(cleanupTotals(database, TARGET, NOW_MS)).toBeNull();
    await journal.recordDecisions({ ...TARGET, runId: "run-1", atMs: 1 }, [decision(1, "min_age")]);
    const list = [decision(1, "keep_last", 10), decision(2, "keep_last", null), decision(3, "held", 5)];
    await journal.recordDecisions({ ...TARGET, runId: "run-2", atMs: 2 }, list);
    const broken = journal.recordDecisions({ ...TARGET, runId: "run-3", atMs: 3 }, [decision(2), decision(1)]);
    await expect(broken).rejects.toThrow(RangeError);
    expect(cleanupTotals(database, TARGET, NOW_MS)).toEqual({
      runId: "run-2",
      atMs: 2,
      rules: [
        { rule: "held", sessions: 1, bytes: 5, unmeasured: 0 },
        { rule: "keep_last", sessions: 2, bytes: 10, unmeasured: 1 },
      ],
      days: [],
    });
  });

  it("tells what came on each of the last 30 days, though it is gone, and what grew", async () => {
    const { database, journal } = makeJournal();
    const at = (daysAgo: number, bytes: number | null) => {
      return { id: `s${daysAgo}`, stampMs: NOW_MS - daysAgo * DAY_MS, rule: "keep_last", bytes } as const;
    };
    await journal.recordDecisions({ ...TARGET, runId: "run-1", atMs: 1 }, [
      at(30, 1),
      at(29, 2),
      at(1, 4),
      at(0, null),
    ]);
    await journal.recordDecisions({ ...TARGET, runId: "run-2", atMs: 2 }, [at(1, 4), at(0, 8), at(-1, 16)]);
    expect(cleanupTotals(database, TARGET, NOW_MS)?.days).toEqual([
      { day: "2024-06-01", sessions: 1, bytes: 2 },
      { day: "2024-06-29", sessions: 1, bytes: 4 },
      { day: "2024-06-30", sessions: 1, bytes: 8 },
    ]);
  });
});

describe("the views", () => {
  it("say what waits in the trash and until when, and what is pinned", async () => {
    const { database, journal } = makeJournal();
    for (const id of ["waits", "back", "purged"]) {
      await journal.append(intent(id), outcome(id, { result: "trashed", purgeAfterMs: NOW_MS }));
    }
    await journal.append(outcome("back", { result: "restored" }), outcome("purged", { code: "purged" }));
    await journal.append(pinned("back", NOW_MS - DAY_MS), pinned("back", NOW_MS));
    const { connection } = database;
    expect(connection.prepare("SELECT session, until FROM cleanup_trash").all()).toEqual([
      { session: "waits_20240101_103000", until: "2024-06-30 12:00:00" },
    ]);
    expect(connection.prepare("SELECT session, until FROM cleanup_pins").all()).toEqual([
      { session: "back", until: "2024-06-30 12:00:00" },
    ]);
  });

  it("say by which guards a run was refused", async () => {
    const { database, journal } = makeJournal();
    const about = { runId: "run-1", atMs: 1, target: TARGET.name };
    await journal.append({ type: "run_started", ...about, root: TARGET.root, dryRun: false, reason: "schedule" });
    const guards = [{ guard: "too_many" }, { guard: "root_changed" }];
    const report = { outcome: "refused", guards, error: { code: "ERR_GUARDED", message: "too many" } };
    await journal.append({ type: "run_finished", ...about, report });
    const runs = database.connection.prepare("SELECT outcome, guards, refused FROM cleanup_runs").all();
    expect(runs).toEqual([{ outcome: "refused", guards: "too_many, root_changed", refused: "too many" }]);
  });
});

function makeJournal() {
  const database = makeDatabase();
  return { database, journal: createCleanupJournal(database) };
}
