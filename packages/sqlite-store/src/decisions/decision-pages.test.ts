import { createHash } from "node:crypto";
import type { RecordedDecision, RecordedDecisions } from "@caretaker/retention";
import { describe, expect, it } from "vitest";
import { createCleanupJournal } from "../cleanup-journal.js";
import { TARGET } from "../journal-events.test.fixture.js";
import { cleanupTotals } from "../queries/cleanup-totals.js";
import { makeDatabase } from "../test-support.test.fixture.js";

const DAY_MS = 86_400_000;

describe("decisions that come in pages", () => {
  it("leave the same index, spans and totals as those that come without, whatever changes", {
    timeout: 60_000,
  }, async () => {
    const [paged, plain] = [makeJournal(), makeJournal()];
    for (let run = 0; run < 16; run += 1) {
      const list = someDecisions(run);
      // Now and then somebody records without pages, for example an older version.
      await paged.record(`run-${run}`, run % 9 === 5 ? list : inPages(list));
      await plain.record(`run-${run}`, list);
      expect(paged.everything(), `run-${run}`).toEqual(plain.everything());
    }
  });

  it("are not even read while they say what they said", async () => {
    const { record } = makeJournal();
    const list = someDecisions(3);
    const read: (number | null)[] = [];
    await record("run-1", inPages(list));
    await record("run-2", inPages(list, { read }));
    expect(read).toEqual([]);
    const changed = list.map((one, index) => (index === 4 ? { ...one, bytes: 77 } : one));
    await record("run-3", inPages(changed, { read }));
    expect(read).toEqual([dayOf(list[4])]);
  });

  it("are read again after a recording that broke off in the middle of one", async () => {
    const [broken, plain] = [makeJournal(), makeJournal()];
    const [before, between, after] = [someDecisions(1), someDecisions(2), someDecisions(1)];
    for (const { record } of [broken, plain]) await record("run-1", inPages(before));
    await expect(broken.record("run-2", inPages(between, { failAfter: 9 }))).rejects.toThrow("broke off");
    await broken.record("run-3", inPages(after));
    await plain.record("run-3", after);
    expect(broken.everything().sessions).toEqual(plain.everything().sessions);
    expect(broken.everything().totals).toEqual(plain.everything().totals);
  });
});

function makeJournal() {
  const database = makeDatabase();
  const journal = createCleanupJournal(database);
  const { connection } = database;
  const all = (sql: string) => connection.prepare(sql).all();
  return {
    record: (runId: string, decisions: RecordedDecisions) =>
      journal.recordDecisions({ ...TARGET, runId, atMs: DAY_MS }, decisions),
    everything: () => ({
      sessions: all("SELECT stamp_ms, name_key, session, rule, bytes FROM cleanup_sessions ORDER BY 1, 2"),
      spans: all("SELECT * FROM cleanup_spans ORDER BY until_seq, stamp_ms, name_key"),
      totals: cleanupTotals(database, TARGET, 5 * DAY_MS)?.rules,
    }),
  };
}

/** Twenty-odd of sixty sessions on six days, and some entries that are none, by the run's number. */
function someDecisions(run: number): RecordedDecision[] {
  const sessions = Array.from({ length: 60 }, (_, index) => index).flatMap((index): RecordedDecision[] => {
    // Whole days come and go as well.
    if ((index * 7 + run * 5) % 11 < 6 || (Math.floor(index / 10) + run) % 4 === 0) return [];
    const stampMs = index * (DAY_MS / 10);
    const rule = (index + run) % 3 === 0 ? "keep_last" : "keep_within";
    return [{ id: `call-${index}`, stampMs, rule, bytes: (index + run) % 2 === 0 ? null : index }];
  });
  const others = ["x", "y", "z"].slice(run % 4).map((id): RecordedDecision => {
    return { id, stampMs: null, rule: "unknown:symlink", bytes: null };
  });
  return [...sessions, ...others];
}

function dayOf(decided: RecordedDecision | undefined): number | null {
  return decided?.stampMs === null || decided === undefined ? null : Math.floor(decided.stampMs / DAY_MS);
}

interface Watched {
  /** Hears of each page whose decisions are asked for. */
  readonly read?: (number | null)[];
  /** Breaks off after so many decisions. */
  readonly failAfter?: number;
}

/** As a plan gives them. */
function inPages(list: RecordedDecision[], { read = [], failAfter = list.length }: Watched = {}): RecordedDecisions {
  const pageOf = (day: number | null) => list.filter((decided) => dayOf(decided) === day);
  const pages = () =>
    [...new Set(list.map(dayOf))].map((day) => {
      const digest = createHash("sha256")
        .update(JSON.stringify(pageOf(day)))
        .digest("hex");
      const decisions = {
        *[Symbol.iterator]() {
          read.push(day);
          for (const decided of pageOf(day)) {
            if (list.indexOf(decided) >= failAfter) throw new Error("broke off");
            yield decided;
          }
        },
      };
      return { day, digest, decisions };
    });
  return { [Symbol.iterator]: () => list[Symbol.iterator](), pages };
}
