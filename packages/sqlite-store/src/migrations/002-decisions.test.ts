import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createCleanupJournal } from "../cleanup-journal.js";
import { intent, outcome, TARGET } from "../journal-events.test.fixture.js";
import { migrate } from "../migrate.js";
import { connect, type SqliteConnection } from "../sqlite.js";
import { makeDatabase, makeDirectory } from "../test-support.test.fixture.js";
import { CLEANUP_JOURNAL } from "./001-cleanup-journal.js";

const VIEWS = ["cleanup_runs", "cleanup_outcomes", "cleanup_kept", "cleanup_open_intents"];
const ABOUT = { atMs: Date.UTC(2024, 5, 1), runId: "run-1", target: TARGET.name };

it("keeps every row of a first version's database, and its views answer as before", () => {
  const { path, connection } = makeFirstVersion();
  const before = VIEWS.map((view) => connection.prepare(`SELECT * FROM ${view}`).all());
  expect(before.map(({ length }) => length)).toEqual([2, 2, 2, 2]);
  migrate(path, connection);
  expect(VIEWS.map((view) => connection.prepare(`SELECT * FROM ${view}`).all())).toMatchObject(before);
  expect(connection.prepare("SELECT count(*) FROM cleanup_events").pluck().get()).toBe(9);
});

it("tells what the first version had decided, and which root its runs were of", () => {
  const { path, connection } = makeFirstVersion();
  migrate(path, connection);
  expect(connection.prepare("SELECT session, action, rule FROM cleanup_decisions").all()).toEqual([
    { session: "a", action: "keep", rule: "keep_last" },
    { session: "b", action: "keep", rule: "unknown:symlink" },
    { session: "c", action: "delete", rule: "beyond_keep" },
  ]);
  const roots = "SELECT DISTINCT root FROM cleanup_events WHERE run_id = 'run-1'";
  expect(connection.prepare(roots).pluck().all()).toEqual([TARGET.root]);
});

it("leaves events that nobody can change, gives no number twice, and settles as before", async () => {
  const { path, connection } = makeFirstVersion();
  connection.exec("DELETE FROM cleanup_events WHERE seq > 7");
  connection.close();
  const database = makeDatabase(path);
  expect(() => database.connection.exec("UPDATE cleanup_events SET session = 'other'")).toThrow("append-only");
  const journal = createCleanupJournal(database);
  expect(await journal.openIntents(TARGET)).toEqual([intent("open"), intent("stuck")]);
  await journal.append(outcome("open"));
  expect(await journal.openIntents(TARGET)).toEqual([intent("stuck")]);
  expect(database.connection.prepare("SELECT max(seq) FROM cleanup_events").pluck().get()).toBe(10);
});

function makeFirstVersion(): { path: string; connection: SqliteConnection } {
  const path = join(makeDirectory(), "caretaker.db");
  const connection = connect(path, { busyTimeoutMs: 0 });
  onTestFinished(() => void connection.close());
  connection.exec(CLEANUP_JOURNAL);
  connection.pragma("user_version = 1");
  const insert = connection.prepare(
    "INSERT INTO cleanup_events (at_ms, type, run_id, target, root, session, claim_id, result, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  for (const { root, session, claimId, result, ...event } of firstVersionEvents()) {
    const { atMs, type, runId, target } = event;
    insert.run(atMs, type, runId, target, root, session, claimId, result, JSON.stringify(event.event ?? event));
  }
  return { path, connection };
}

// As version 1 wrote them: a plan's event held every decision, and only some events said their root.
function firstVersionEvents() {
  const none = { root: null, session: null, claimId: null, result: null };
  const start = { type: "run_started", ...ABOUT, dryRun: false, reason: "schedule" };
  const kept = [
    { id: "a", rule: "keep_last" },
    { id: "b", rule: "unknown:symlink" },
  ];
  return [
    { ...start, ...none, root: TARGET.root, event: { ...start, root: TARGET.root } },
    { type: "run_planned", ...ABOUT, ...none, event: { planId: "plan", kept, candidates: ["c"] } },
    row(intent("done")),
    row(outcome("done")),
    row(intent("open")),
    row(intent("stuck")),
    row(outcome("stuck", { result: "in_trash", code: "busy" })),
    { type: "run_finished", ...ABOUT, ...none, event: { report: { outcome: "done", deletedCount: 1 } } },
    { ...start, ...none, runId: "run-2", root: TARGET.root, event: { ...start, runId: "run-2", root: TARGET.root } },
  ];
}

function row(event: ReturnType<typeof intent> | ReturnType<typeof outcome>) {
  const { atMs, type, runId, target, id: session, claimId } = event;
  const result = event.type === "outcome" ? event.result : null;
  return { atMs, type, runId, target, root: TARGET.root, session, claimId, result, event };
}
