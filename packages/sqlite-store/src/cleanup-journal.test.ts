import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Intent, Outcome } from "@caretaker/retention";
import { journalContract } from "@caretaker/retention/testing";
import { describe, expect, it } from "vitest";
import { createCleanupJournal } from "./cleanup-journal.js";
import { pruneCleanupJournal } from "./prune-cleanup-journal.js";
import { makeDatabase } from "./test-support.test.fixture.js";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2024, 5, 1);

describe("the journal in SQLite", () => {
  for (const { name, run } of journalContract(() => createCleanupJournal(makeDatabase()))) it(name, run);

  it("is there when the database is opened again", async () => {
    const first = makeDatabase();
    await createCleanupJournal(first).append(intent("a"));
    first.close();
    const journal = createCleanupJournal(makeDatabase(first.path));
    expect(await journal.openIntents({ name: "recordings", root: "/srv/recordings" })).toEqual([intent("a")]);
  });

  it("lets nobody change an event", async () => {
    const database = makeDatabase();
    await createCleanupJournal(database).append(intent("a"));
    expect(() => database.connection.exec("UPDATE cleanup_events SET session = 'other'")).toThrow("append-only");
  });

  it("answers every query of docs/retention.md", async () => {
    const database = makeDatabase();
    await appendRun(database);
    const text = readFileSync(fileURLToPath(new URL("../../../docs/retention.md", import.meta.url)), "utf8");
    const queries = [...text.matchAll(/^sqlite3 .* "(.*)"$/gm)].map(([, sql = ""]) =>
      sql.replaceAll("'-1 day'", "'-100 years'"),
    );
    const answers = queries.map((sql) => database.connection.prepare(sql).all());
    expect(answers).toMatchObject([
      [
        {
          run_id: "run-1",
          target: "recordings",
          outcome: "done",
          deleted: 1,
          dry_run: 0,
          started_at: "2024-06-01 00:00:00",
        },
      ],
      [{ run_id: "run-1", session: "call_20240101_103000", result: "deleted", code: "ok", bytes_freed: 4_096 }],
      [{ target: "recordings", session: "call_20240101_103000" }],
      [{ run_id: "run-1", rule: "keep_last" }],
      [{ session: "open_20240101_103000" }],
    ]);
  });
});

describe("pruneCleanupJournal", () => {
  it("removes what is older than 90 days, to the millisecond, but no open intent", async () => {
    const database = makeDatabase();
    const journal = createCleanupJournal(database);
    const cutoffMs = NOW_MS - 90 * DAY_MS;
    for (const [claimId, atMs] of [
      ["old", cutoffMs - 1],
      ["edge", cutoffMs],
      ["open", cutoffMs - 1],
    ] as const) {
      await journal.append({ ...intent(claimId), atMs });
      if (claimId !== "open") await journal.append({ ...outcome(claimId), atMs });
    }
    expect(pruneCleanupJournal(database, { nowMs: NOW_MS })).toBe(2);
    const left = database.connection.prepare("SELECT DISTINCT claim_id FROM cleanup_events ORDER BY 1").pluck().all();
    expect(left).toEqual(["edge", "open"]);
    expect(pruneCleanupJournal(database, { nowMs: NOW_MS })).toBe(0);
  });

  it("removes more than one round's worth", async () => {
    const database = makeDatabase();
    const journal = createCleanupJournal(database);
    database.connection.pragma("synchronous = OFF");
    for (let n = 0; n < 2_500; n += 1) await journal.append({ ...outcome(`c${n}`), atMs: 0 });
    expect(pruneCleanupJournal(database, { nowMs: NOW_MS, keepDays: 1 })).toBe(2_500);
  });

  it.each([0, -1, Number.NaN])("refuses to keep %d days", (keepDays) => {
    expect(() => pruneCleanupJournal(makeDatabase(), { nowMs: NOW_MS, keepDays })).toThrow(RangeError);
  });
});

async function appendRun(database: ReturnType<typeof makeDatabase>): Promise<void> {
  const journal = createCleanupJournal(database);
  const about = { atMs: NOW_MS, runId: "run-1", target: "recordings" };
  await journal.append({ type: "run_started", ...about, root: "/srv/recordings", dryRun: false, reason: "schedule" });
  await journal.append({ type: "run_planned", ...about, planId: "plan", keptCount: 1, candidateCount: 1 });
  await journal.append(intent("call"));
  await journal.append(outcome("call"));
  await journal.append(intent("open"));
  await journal.append({ type: "run_finished", ...about, report: { outcome: "done", deletedCount: 1 } });
}

function intent(claimId: string): Intent {
  const root = { path: "/srv/recordings", dev: "2049", ino: "2" };
  const identity = { dev: "2049", ino: "18446744073709551615", markerDigest: "digest" };
  const about = { atMs: NOW_MS, runId: "run-1", target: "recordings", planId: "plan" };
  return { type: "intent", ...about, root, id: `${claimId}_20240101_103000`, claimId, identity };
}

function outcome(claimId: string): Outcome {
  const { atMs, runId, target, id } = intent(claimId);
  return {
    type: "outcome",
    atMs,
    runId,
    target,
    root: "/srv/recordings",
    id,
    claimId,
    result: "deleted",
    code: "ok",
    bytesFreed: 4_096,
  };
}
