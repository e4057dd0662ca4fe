import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { journalContract } from "@caretaker/retention/testing";
import { describe, expect, it } from "vitest";
import { createCleanupJournal } from "./cleanup-journal.js";
import { intent, outcome } from "./journal-events.test.fixture.js";
import { makeDatabase } from "./test-support.test.fixture.js";

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
      [{ session: "waits_20240101_103000", at: "2024-06-01 00:00:00", until: "2024-06-01 00:00:01" }],
      [{ session: "back_20240101_103000", until: "2024-06-01 00:00:02", reason: "asked for" }],
    ]);
  });
});

async function appendRun(database: ReturnType<typeof makeDatabase>): Promise<void> {
  const journal = createCleanupJournal(database);
  const about = { atMs: NOW_MS, runId: "run-1", target: "recordings" };
  await journal.append({ type: "run_started", ...about, root: "/srv/recordings", dryRun: false, reason: "schedule" });
  await journal.append({ type: "run_planned", ...about, planId: "plan", keptCount: 1, candidateCount: 1 });
  const kept = { id: "call_20240131_103000", stampMs: 1, rule: "keep_last", bytes: null } as const;
  await journal.recordDecisions({ name: "recordings", root: "/srv/recordings", ...about }, [kept]);
  await journal.append(intent("call"));
  await journal.append(outcome("call"));
  await journal.append(intent("waits"), outcome("waits", { result: "trashed", purgeAfterMs: NOW_MS + 1_000 }));
  const pin = { root: "/srv/recordings", id: "back_20240101_103000", untilMs: NOW_MS + 2_000, reason: "asked for" };
  await journal.append({ type: "pinned", ...about, ...pin });
  await journal.append(intent("open"));
  await journal.append({ type: "run_finished", ...about, report: { outcome: "done", deletedCount: 1 } });
}
